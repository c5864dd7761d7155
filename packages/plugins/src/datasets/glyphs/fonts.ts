import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { BbbError } from '@bbb/core';
import type { Command } from 'opentype.js';

/** A font of an npm package of Fontsource, all under the SIL Open Font Licence, with the SHA-256 of its file. */
export interface FontFile {
  readonly name: string;
  readonly sha256: string;
}

/** Fonts of the training letters: serif, handwriting, slab, monospace. No font is in both parts. */
export const TRAIN_FONTS: readonly FontFile[] = [
  { name: 'abril-fatface', sha256: '1ba2926a3629847973ed87f4e5d8a9600fd816ccc9722e102605edbaf805a477' },
  { name: 'architects-daughter', sha256: '0249dd5f81431dbf8a8406996c43f8018bf707221cf261d75145f083bb7091cf' },
  { name: 'archivo-black', sha256: 'd02e2312fd11842ead4e6de49733501d34f6980dbebf5807798eafe7dc3d648e' },
  { name: 'courier-prime', sha256: 'eef1a8c90dd3e7c8ebcc79b6404e8b45fa7760b211d1e41af545f4f4076560d2' },
  { name: 'amatic-sc', sha256: 'd71215390a3620f0f1eb98960fe50a25743efa302f050f015000eb5f942ec74e' },
  { name: 'aldrich', sha256: 'c89ee9a60ba36712f97f4855ca655b376101657d99f639bccc893e2a4a251f57' },
];

export const TEST_FONTS: readonly FontFile[] = [
  { name: 'alfa-slab-one', sha256: '84b58b9d813cf482c2d69bfc31c3bce9eb6d03ef805e4c6619eb4a012d953451' },
  { name: 'alice', sha256: 'c272c5c16e6bb0969051f54c866026b0c852851537f554ef8adc9e88f1f6719b' },
  { name: 'anton', sha256: '8b71c21962cd08b95fc2186386b121d853de5f7e02db382ed329c5a80a04c4d1' },
  { name: 'pacifico', sha256: '4fd3a495c0b99e9279bc36da2bc82d827daa8eaea1974094a8ef97131acbcb03' },
  { name: 'abeezee', sha256: '8cc44f45ec2e4016cb40126e2accb67cc65f141277b432a2df2b7ae17221b102' },
  { name: 'acme', sha256: 'fa6abed51b4eb1fd4108ac35c7e801a07d9a82ac283bab80305463056366f7c4' },
];

/** The outline of a letter, in the units of the font, with y upwards. */
export type Outline = readonly Command[];

/**
 * Outlines of letters.
 * @throws BbbError `E_DATA_MISSING` for a font that is not installed, `E_DATA_HASH` for another file under its name
 */
export async function outlines({ name, sha256 }: FontFile, letters: readonly string[]): Promise<Outline[]> {
  const file = readFont(name);
  if (createHash('sha256').update(file).digest('hex') !== sha256) {
    throw new BbbError(
      'E_DATA_HASH',
      `The installed font @fontsource/${name} is not the version that bbb draws letters from.`,
      {
        hint: `Install that version: npm install @fontsource/${name}@5.3.0`,
      },
    );
  }
  const { default: opentype } = await import('opentype.js');
  const font = opentype.parse(Uint8Array.from(file).buffer);
  return letters.map((letter) => font.charToGlyph(letter).path.commands);
}

function readFont(name: string): Uint8Array {
  try {
    return readFileSync(
      createRequire(import.meta.url).resolve(`@fontsource/${name}/files/${name}-latin-400-normal.woff`),
    );
  } catch (cause) {
    throw new BbbError('E_DATA_MISSING', `The font @fontsource/${name} is not installed.`, {
      hint: `Install it: npm install @fontsource/${name}@5.3.0`,
      cause,
    });
  }
}
