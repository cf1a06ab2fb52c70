import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError } from '../base/errors.js';
import { parseChoice } from '../base/parse.js';
import { EXPORT_FORMATS, exportNetwork } from '../export/index.js';
import { chosenNetwork, NETWORK_HELP, NETWORK_OPTIONS } from './network-choice.js';
import { usage } from './screen.js';

const HELP = `npm run export -- --to FORMAT [--model NAME | --run KEY | --weights FILE] [--out FOLDER]

Writes a trained network in the format of other programs. All take images [n, 32, 32, 3] with pixels from 0 to 1 and give
logits and probabilities [n, 10]. Without a choice it takes big, or the best CNN that has weights.

  --to FORMAT      savedmodel    NAME/1: TensorFlow, Keras's TFSMLayer, TensorFlow Serving
                   onnx          NAME.onnx: onnxruntime and others
                   safetensors   NAME.safetensors: the weights by name, the architecture as JSON in the metadata
                   sagemaker     model.tar.gz: what CreateModel's ModelDataUrl points to, for this project's container
${NETWORK_HELP}
  --out FOLDER     where it goes (default: the current folder)
  --help           this text

Examples:
  npm run export -- --to onnx
  npm run export -- --to savedmodel --model small --out reports/exported
`;

const OPTIONS = {
  ...NETWORK_OPTIONS,
  to: { type: 'string' },
  out: { type: 'string', default: '.' },
  help: { type: 'boolean', default: false },
} as const;

/** The command `export`: writes a trained network in another format and says where. */
export async function run(args: string[]): Promise<void> {
  const options = usage('export', () => parseArgs({ args, options: OPTIONS }).values);
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const formats = EXPORT_FORMATS.join(', ');
  if (options.to === undefined)
    throw new UsageError({ what: 'export needs a format', expected: `--to and one of ${formats}` });
  const format = parseChoice('format', EXPORT_FORMATS, options.to, '--to');
  const network = await chosenNetwork(options)();
  const path = await exportNetwork(format, network, options.out);
  process.stdout.write(`${relative('.', path)}: ${network.source}\n`);
}
