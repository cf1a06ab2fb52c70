/**
 * Images as bytes: CIFAR-10, folders of images, synthetic sets; their checks, statistics, splits and transforms. Nothing is
 * trained here, and no image becomes a tensor.
 */

export { checkDataset, type DatasetCheck } from './checks.js';
export { type ClassSimilarity, classSimilarities } from './class-similarity.js';
export { type CorrelationOptions, type DistanceCorrelation, spatialCorrelation } from './correlation.js';
export type { Dataset, DatasetName, ImageSet } from './dataset.js';
export { CLASS_COUNT, IMAGE_BYTES, IMAGE_CHANNELS, IMAGE_PIXELS, IMAGE_SIDE } from './dataset.js';
export { type DuplicatePair, exactDuplicates } from './duplicates.js';
export { type DecodeImage, loadDecoder } from './images/decode-image.js';
export { type PictureKind, pictureKind } from './images/picture-kind.js';
export { KNOWN_PLACES } from './known-places.js';
export { CIFAR10_CLASSES } from './layout.js';
export { dataFolder, findDataset, type LoadOptions, loadDataset } from './load.js';
export { pixelPermutation } from './pixel-permutation.js';
export { positionDataset } from './position.js';
export { shapesDataset } from './shapes.js';
export { type Split, stratifiedSplit, stratifiedSubset } from './splits.js';
export {
  type ChannelStatistics,
  channelHistograms,
  channelStatistics,
  classCounts,
  entropyNats,
  type ImageMemory,
  imageMemory,
  meanImages,
  type UninformedScore,
  uninformedScore,
} from './statistics.js';
export { imageCount, permutePixels, selectImages, shiftImages } from './transforms.js';
export { type DatasetFacts, hasImages, NoImagesError, withoutImages } from './without-images.js';
