import type { DataSummary, PartSummary } from './summary.js';

/**
 * What is odd about a set that can be used all the same, a sentence for each, with the counts that show it. None for an
 * ordinary set.
 */
export function oddities(summary: DataSummary): string[] {
  const { name, classes, train, test } = summary;
  const found = [
    ...emptyClasses(train, 'training'),
    ...emptyClasses(test, 'test'),
    ...(constant(test) ? [`all pixels of the test images are ${test.pixels![0]}`] : []),
  ];
  if (found.length === 0) return [];
  return [
    `The data set ${name} (${classes} classes) is odd: ${found.join('; ')}.`,
    `Training: ${partText(train)}.`,
    `Test: ${partText(test)}.`,
  ];
}

/** What is odd about an out-of-distribution set, of which the test images count alone, and no labels. */
export function outsideOddities({ name, test }: DataSummary): string[] {
  return constant(test)
    ? [
        `All pixels of the ${test.images} test images of the out-of-distribution set ${name} are ${test.pixels![0]}.`,
      ]
    : [];
}

/** "60000 images (class 0: 5923, 1: 6742), pixels 0 to 255" */
export function partText({ images, byClass, pixels }: PartSummary): string {
  const classes = byClass.map((count, index) => `${index}: ${count}`).join(', ');
  const range = pixels ? `, pixels ${pixels[0]} to ${pixels[1]}` : '';
  return `${images} images (class ${classes})${range}`;
}

function emptyClasses({ byClass }: PartSummary, part: string): string[] {
  const empty = byClass.flatMap((count, index) => (count === 0 ? [index] : []));
  if (empty.length === 0) return [];
  return [`${empty.length === 1 ? 'class' : 'classes'} ${empty.join(', ')} without ${part} images`];
}

function constant({ pixels }: PartSummary): boolean {
  return pixels !== undefined && pixels[0] === pixels[1];
}
