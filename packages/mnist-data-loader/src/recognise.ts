/** The kind of a file that was found where an IDX file was expected. */
export interface Recognised {
  /** With its article: "a zip archive". */
  readonly what: string;
  /** What to type. `path` is quoted for a shell. */
  readonly advice: (path: string) => string;
}

/** Number of bytes that {@link recognise} looks at. The mark of a tar archive is at byte 257. */
export const RECOGNISED_BY = 512;

/**
 * Recognises the kind of a file by its first bytes, for messages: files with the names of data may be web pages, pointers of Git LFS or
 * archives. Undefined if the bytes are of no known kind.
 *
 * @param start the first bytes of the file
 */
export function recognise(start: Uint8Array): Recognised | undefined {
  const head = start.subarray(0, RECOGNISED_BY);
  if (head.length > 3 && head.every((byte) => byte === 0)) return ZEROS;
  const found = SIGNATURES.find(({ at = 0, bytes }) => bytes.every((byte, i) => head[at + i] === byte));
  if (found) return found.refine?.(latin1(head)) ?? found;
  return recogniseText(head);
}

/** Quotes a path for a shell if it needs quotes. */
export function shellQuoted(path: string): string {
  return /^[\w./@:+,-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}

interface Signature extends Recognised {
  readonly bytes: readonly number[];
  readonly at?: number;
  /** A more precise answer from more of the first bytes. */
  readonly refine?: (text: string) => Recognised | undefined;
}

const FOUR = 'a data set is four IDX files: images and labels, of train and of t10k';
const unpack =
  (command: string) =>
  (path: string): string =>
    `Unpack it: ${command.replace('FILE', path)}`;
/** Advice for programs that refuse a file without their file name extension. */
const unpackNamed =
  (command: string, ending: string) =>
  (path: string): string => {
    if (path.endsWith(ending)) return `Unpack it: ${command} ${path}`;
    const named = shellQuoted(`${path.replace(/^'|'$/g, '')}${ending}`);
    return `Unpack it: mv ${path} ${named} && ${command} ${named}`;
  };
/** Advice for archives. They may hold files of any name, so they are unpacked into a new folder. */
const extract =
  (command: string) =>
  (path: string): string =>
    `Unpack it: ${command.replace('FILE', path)} - then give --data-dir unpacked`;
const convert = (): string => `Convert it: ${FOUR}.`;
/** Advice for tables, because Kaggle has pixels as the columns of a table. */
const TABLE = (path: string): string =>
  `Read it as a table: --dataset csv --data ${path} --target COLUMN, e.g. label.`;
/** Advice for an archive of NumPy arrays, which need not be unpacked. */
const NUMPY = (path: string): string => `Read it as it is: --dataset idx --data-dir ${path}`;
const NPY = (path: string): string =>
  `Name it x_train.npy, y_train.npy, x_test.npy or y_test.npy, uncompressed: mv ${path} x_train.npy`;

const PICTURES = (): string =>
  'Put pictures into one folder for each class and give --dataset images --data-dir DIR.';

const ZEROS: Recognised = {
  what: 'filled with zeros (a download that was given its length and never its content)',
  advice: () => 'Fetch it again.',
};

const ascii = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));

const NPZ: Recognised = { what: 'a NumPy archive (.npz)', advice: NUMPY };

const SIGNATURES: readonly Signature[] = [
  {
    what: 'a zip archive',
    bytes: ascii('PK\x03\x04'),
    advice: extract('unzip FILE -d unpacked'),
    refine: (text) => (/^.{30}[^/]*\.npy/s.test(text) ? NPZ : undefined),
  },
  { what: 'an empty zip archive', bytes: ascii('PK\x05\x06'), advice: () => 'Fetch it again.' },
  { what: 'a gzip file', bytes: [0x1f, 0x8b], advice: unpackNamed('gunzip', '.gz') },
  { what: 'a file of compress (.Z)', bytes: [0x1f, 0x9d], advice: unpackNamed('uncompress', '.Z') },
  { what: 'an xz file', bytes: [0xfd, ...ascii('7zXZ\0')], advice: unpackNamed('xz -d', '.xz') },
  { what: 'a bzip2 file', bytes: ascii('BZh'), advice: unpackNamed('bunzip2', '.bz2') },
  { what: 'a Zstandard file', bytes: [0x28, 0xb5, 0x2f, 0xfd], advice: unpackNamed('zstd -d', '.zst') },
  { what: 'an lz4 file', bytes: [0x04, 0x22, 0x4d, 0x18], advice: unpackNamed('lz4 -d', '.lz4') },
  {
    what: 'a 7z archive',
    bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c],
    advice: extract('7z x FILE -ounpacked'),
  },
  { what: 'a RAR archive', bytes: ascii('Rar!\x1a\x07'), advice: extract('unrar x FILE unpacked/') },
  {
    what: 'a tar archive',
    at: 257,
    bytes: ascii('ustar'),
    advice: extract('mkdir unpacked && tar xf FILE -C unpacked'),
  },
  { what: 'a NumPy array (.npy)', bytes: [0x93, ...ascii('NUMPY')], advice: NPY },
  { what: 'a PNG picture', bytes: [0x89, ...ascii('PNG')], advice: PICTURES },
  { what: 'a JPEG picture', bytes: [0xff, 0xd8, 0xff], advice: PICTURES },
  { what: 'a GIF picture', bytes: ascii('GIF8'), advice: convert },
  { what: 'a TIFF picture', bytes: ascii('II*\0'), advice: convert },
  { what: 'a TIFF picture', bytes: ascii('MM\0*'), advice: convert },
  { what: 'a WebP picture', at: 8, bytes: ascii('WEBP'), advice: convert },
  { what: 'a PDF document', bytes: ascii('%PDF'), advice: () => 'Fetch the data, not their description.' },
  { what: 'a Parquet table', bytes: ascii('PAR1'), advice: convert },
  { what: 'an Arrow table', bytes: ascii('ARROW1'), advice: convert },
  { what: 'an HDF5 file', bytes: [0x89, ...ascii('HDF\r\n')], advice: convert },
  { what: 'a MATLAB file', bytes: ascii('MATLAB 5.0'), advice: convert },
  { what: 'an SQLite database', bytes: ascii('SQLite format 3\0'), advice: convert },
  ...[2, 3, 4, 5].map((protocol) => ({
    what: 'a Python pickle',
    bytes: [0x80, protocol],
    advice: convert,
  })),
  {
    what: 'a TensorFlow SavedModel or protobuf',
    bytes: [0x0a, 0x0b, ...ascii('saved_model')],
    advice: convert,
  },
  { what: 'a program', bytes: [0x7f, ...ascii('ELF')], advice: convert },
];

const FETCH =
  'The download brought this instead of the file. Fetch it again, e.g. curl -fL -O URL, where URL is that of the file itself.';

/** Web pages, pointers and tables are recognised by their first words. */
const TEXTS: readonly { readonly pattern: RegExp; readonly kind: Recognised }[] = [
  {
    pattern: /^version https:\/\/git-lfs\.github\.com\//,
    kind: {
      what: 'a pointer of Git LFS, not the file itself',
      advice: () => 'Fetch the files in the clone: git lfs install && git lfs pull',
    },
  },
  {
    pattern: /^[./]*\.git\/annex\/objects\/|^\/annex\/objects\//,
    kind: { what: 'a pointer of git-annex, not the file itself', advice: unpack('git annex get FILE') },
  },
  {
    pattern: /^(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body|script|meta)\b/is,
    kind: { what: 'a web page (HTML)', advice: () => FETCH },
  },
  {
    pattern: /^<(?:\?xml|[a-z]\w*[\s>])/i,
    kind: { what: "an XML document (a server's answer?)", advice: () => FETCH },
  },
  {
    pattern: /^[{[]\s*(?:["{[\]}\d-]|$)/,
    kind: { what: 'a JSON text', advice: () => `${FETCH} If these are your data, convert them: ${FOUR}.` },
  },
  {
    pattern: /^(?:[^\n,;\t]*[,;\t]){2,}[^\n]*(?:\n|$)/,
    kind: { what: 'a table as text (CSV)', advice: TABLE },
  },
];

function recogniseText(head: Uint8Array): Recognised | undefined {
  const text = decoded(head);
  if (text === undefined) return undefined;
  const known = TEXTS.find(({ pattern }) => pattern.test(text))?.kind;
  return known ?? { what: `a text that begins ${JSON.stringify(text.slice(0, 40))}`, advice: () => FETCH };
}

/** The text without a leading byte-order mark and spaces. Undefined if the bytes are not text. */
function decoded(head: Uint8Array): string | undefined {
  const wide = head[0] === 0xff && head[1] === 0xfe;
  const text = new TextDecoder(wide ? 'utf-16le' : 'utf-8').decode(Uint8Array.from(head)).trimStart();
  // A message must not show control characters and direction marks in a terminal.
  const printable = /^[\t\n\r\P{C}]+$/u.test(text);
  return printable ? text : undefined;
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
