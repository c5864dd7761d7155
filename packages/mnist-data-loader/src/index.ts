/**
 * Image sets in the format of MNIST (IDX, all its element types), NumPy arrays and folders of pictures, read into shared memory and verified by
 * their hashes. MNIST itself comes with the package: {@link loadDataset} of {@link MNIST} needs no network.
 *
 * It does not depend on the rest of bbb, so any program that reads such files can import it. In a trial they are data sets of `@bbb/plugins`.
 *
 * @packageDocumentation
 */
export { loadArrays, type ArrayOptions, type ArrayPart, type ArraySet } from './arrays/load.js';
export { FILE_ROLES, type Dataset, type FileRole, type LabelledImages } from './dataset.js';
export { describeData, type DataReport, type FileReport, type PlaceReport } from './describe.js';
export type { DownloadOptions, DownloadProgress } from './download.js';
export { whereToGet } from './elsewhere.js';
export type { ArrayOf, Elements, ElementType, IdxType } from './elements.js';
export { DataError, type DataErrorCode } from './errors.js';
export { loadFolder, type FolderOptions } from './folder.js';
export { inflateIdx } from './gzip.js';
export { idxHeader, MAX_IDX_BYTES, parseIdx, parseIdxHeader, type IdxArray, type IdxHeader } from './idx.js';
export { isNpy, parseNpy } from './npy.js';
export { FASHION_MNIST, KNOWN_SETS, MNIST, type KnownSet } from './known.js';
export { loadDataset, type DatasetSpec, type FolderSpec, type LoadOptions } from './load.js';
export { defaultCacheDir, type Place, type SearchOptions } from './places.js';
export { recognise, type Recognised } from './recognise.js';
