import type { Explanations } from '../explanation.js';

export const data: Explanations = {
  E_DATASET: {
    means: 'A data set of a plugin returned data that contradict each other, or have the wrong form.',
    helps: 'The author of the plugin returns a Dataset of @bbb/core from load().',
  },
  E_DATA_AMBIGUOUS: {
    means: 'A folder holds more than one data set.',
    helps: 'Name one: its own folder, or --dataset-option prefix=NAME.',
  },
  E_DATA_CACHE: {
    means: 'A downloaded data set could not be written to the cache.',
    helps: 'Free some space, or set BBB_CACHE_DIR to a folder that you may write to.',
  },
  E_DATA_CHANGED: {
    means: 'A picture changed while bbb read its folder.',
    helps: 'Wait until the program that writes the folder is done, then type the command again.',
  },
  E_DATA_CLASSES: {
    means: 'All training examples have the same target, or there is only one example.',
    helps: 'Give data with two different targets at least; check that the targets belong to these examples.',
  },
  E_DATA_COUNT: {
    means: 'A file of examples and its file of labels have different lengths.',
    helps: 'The two files do not belong together: fetch both again.',
  },
  E_DATA_DIR: {
    means: 'A data set that reads your own files needs a folder or a file, and none was given.',
    helps: 'Add --data-dir DIR, or --data FILE for a table.',
  },
  E_DATA_DOWNLOAD: {
    means: 'A published data set is not on this machine, and no mirror could be reached.',
    helps: 'Try again when online, or put the files into a folder and name it with --data-dir.',
  },
  E_DATA_EMPTY: {
    means: 'There are no examples to train on, or none to test with.',
    helps: 'Hold some training examples out: --test-fraction 0.1.',
  },
  E_DATA_FILL: {
    means:
      'Test examples have missing values, and the training examples had none, so nothing says what to fill in.',
    helps: 'Leave such rows out (--dataset-option missing=drop), or train on data with missing values.',
  },
  E_DATA_FOLDER: {
    means: 'A folder of pictures is not laid out as one folder for each class.',
    helps: 'See the guide docs/guides/own-images.md for the layouts that bbb reads.',
  },
  E_DATA_GZIP: {
    means: 'A gzip file is damaged or cut short.',
    helps: 'Fetch it again; gzip -t FILE tests it.',
  },
  E_DATA_HASH: {
    means: 'A file of a published data set is not the published one: its SHA-256 differs.',
    helps: 'Fetch it again. Your own data under a published name: give them another name.',
  },
  E_DATA_IDX_LENGTH: {
    means: 'An IDX file is shorter or longer than its header announces.',
    helps: 'Fetch it again: it was cut short or changed.',
  },
  E_DATA_IDX_MAGIC: {
    means: 'A file does not begin as an IDX file does.',
    helps: 'Give the original IDX file; the message says what the file is instead, where bbb can tell.',
  },
  E_DATA_IDX_SIZE: {
    means: 'An IDX file announces an array that is too large to read.',
    helps: 'Check that it is a data set. Sizes in the wrong byte order look like this as well.',
  },
  E_DATA_IDX_TYPE: {
    means: 'The third byte of an IDX file names no element type of the format.',
    helps: 'Fetch the file again.',
  },
  E_DATA_LABEL: {
    means: 'A label is not a class of the set or not a whole number, or there are too many different labels.',
    helps:
      'Correct the file or the number of classes. Numbers to be predicted: --dataset-option target=real.',
  },
  E_DATA_MISLABELLED: {
    means: 'A file holds another published set, or another part of the set, than its name says.',
    helps: 'Rename the files, or ask for the set that they hold.',
  },
  E_DATA_MISMATCH: {
    means: 'Examples have another shape than the network takes, or than the out-of-distribution examples.',
    helps: 'Use data of the shape that the network was trained on; choose another --ood, or --ood none.',
  },
  E_DATA_MISSING: {
    means: 'The files of a data set are not where bbb looked.',
    helps: 'bbb data lists where it looks and how to get each set; --data-dir names your folder.',
  },
  E_DATA_NAME: {
    means: 'A data set has no name, or one that results need for something else ("test").',
    helps: 'Give it another name; a data set of files is called like its folder.',
  },
  E_DATA_NPY: {
    means: 'A .npy file is damaged, or holds elements that are not plain numbers.',
    helps: "Write it again, e.g. numpy.save('x.npy', x.astype('float32')).",
  },
  E_DATA_NPZ: {
    means: 'An .npz archive is damaged, or lacks one of the arrays that bbb looks for.',
    helps: 'Write it with the names x_train, y_train, x_test and y_test.',
  },
  E_DATA_PICTURE: {
    means: 'A PNG or JPEG file is damaged.',
    helps: 'Export it again, or take it out of the folder.',
  },
  E_DATA_PICTURE_KIND: {
    means: 'A picture is of a kind that bbb does not read.',
    helps: 'Convert it to PNG or JPEG, with 8 bits a channel.',
  },
  E_DATA_PIXEL: {
    means: 'A feature is NaN or infinite, or a pixel is not a whole number from 0 to 255.',
    helps: 'The message gives its position: correct it, or fill in what is missing.',
  },
  E_DATA_PIXELS: {
    means: 'All features of all training examples are the same number.',
    helps: 'Check how the data were converted: fractions cut to whole numbers give this.',
  },
  E_DATA_SAME: {
    means: 'The out-of-distribution set consists of examples of the data set itself.',
    helps: 'Choose another set with --ood.',
  },
  E_DATA_SHAPE: {
    means:
      'Files or arrays have a shape that a data set can not have, or two parts of one data set have different shapes.',
    helps: 'Make all examples the same size; the message names the file and both shapes.',
  },
  E_DATA_SIZE: {
    means: 'Pictures are too large, or too many for their size.',
    helps: 'Make them smaller: --dataset-option resize=ROWSxCOLUMNS.',
  },
  E_DATA_SPLIT: {
    means: 'More examples are to be held out than there are.',
    helps: 'Lower --validation, --calibration or --test-fraction.',
  },
  E_DATA_TARGET: {
    means: 'A target of an array is neither a class nor a finite number.',
    helps: 'The message names the example: correct its target.',
  },
  E_DATA_UNKNOWN: {
    means: 'No published data set that bbb knows has this name.',
    helps: 'bbb data lists the names. Your own files: bbb data inspect PATH.',
  },
  E_DATA_UNREADABLE: {
    means: 'A file or a folder of data could not be read.',
    helps: 'Check its permissions; a damaged disk gives this, too.',
  },
  E_DATA_VALUE: {
    means: 'A value of an array is not a finite float32 number.',
    helps: 'The message names the row: correct it, or change the unit of the column.',
  },
};
