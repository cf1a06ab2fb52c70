import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where other programs keep CIFAR-10, in words for `--help`. */
export const KNOWN_PLACES = [
  'Keras: $KERAS_HOME/datasets, otherwise ~/.keras/datasets',
  'torchvision: ./data, ~/data, $TORCH_HOME/datasets, otherwise ~/.cache/torch/datasets',
  'TensorFlow Datasets: $TFDS_DATA_DIR/downloads, otherwise ~/tensorflow_datasets/downloads',
] as const;

/**
 * Folders and archives of the kind that Keras, torchvision and TensorFlow Datasets leave, whether they exist or not. They
 * are only read.
 */
export function knownPlaces(env: NodeJS.ProcessEnv = process.env, home = homedir()): string[] {
  const keras = join(env.KERAS_HOME || join(home, '.keras'), 'datasets');
  const torch = join(env.TORCH_HOME || join(env.XDG_CACHE_HOME || join(home, '.cache'), 'torch'), 'datasets');
  const tfds = join(env.TFDS_DATA_DIR || join(home, 'tensorflow_datasets'), 'downloads');
  return [
    // Keras 2 unpacks next to its archive; Keras 3 into a folder, and its archive has no ending.
    keras,
    join(keras, 'cifar-10-batches-py-target'),
    join(keras, 'cifar-10-batches-py-target_archive'),
    'data',
    join(home, 'data'),
    torch,
    ...archivesOfTfds(tfds),
  ];
}

/** TFDS names a download for its address and a hash of it: "cs.toronto.edu_kriz_cifar-10-binaryODHP….tar.gz". */
function archivesOfTfds(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => /cifar-10-binary.*\.tar\.gz$/.test(name));
    return names.map((name) => join(folder, name));
  } catch {
    return [];
  }
}
