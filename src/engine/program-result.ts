import { WhyconvError } from '../base/errors.js';
import type { FunctionDefinition, FunctionResult, ProgramDefinition } from './program.js';
import { requireName, unknownName } from './program-inputs.js';
import { tf } from './tf.js';

/** Runs a function's body and refuses invalid results, with the same errors for compiled and eager programs. */
export function runBody(
  definition: ProgramDefinition,
  name: string,
  variables: Parameters<FunctionDefinition['body']>[0],
  inputs: Parameters<FunctionDefinition['body']>[1],
): Required<FunctionResult> {
  const fn = definition.functions[name]!;
  const result: Partial<FunctionResult> | undefined = fn.body(variables, inputs);
  const { outputs = {}, gradients = {} } = result ?? {};
  if (Object.keys(outputs).length === 0) {
    throw new WhyconvError({
      what: 'a function returns no output',
      where: name,
      found: result instanceof Promise ? 'a promise' : 'no tensor under `outputs`',
      expected: '{ outputs: { name: tensor } }, returned synchronously',
    });
  }
  for (const [output, tensor] of Object.entries<unknown>(outputs)) checkOutput(name, output, tensor);
  for (const [variable, gradient] of Object.entries(gradients)) {
    checkGradient(definition, name, variable, gradient);
  }
  return { outputs, gradients };
}

function checkOutput(fn: string, output: string, tensor: unknown): void {
  requireName('output', output);
  const found = tensor instanceof tf.Tensor ? tensor.dtype : typeof tensor;
  if (['float32', 'int32', 'bool'].includes(found)) return;
  throw new WhyconvError({
    what: 'an output cannot be read back as numbers',
    where: `output ${output} of ${fn}`,
    found,
    expected: 'a tensor of float32, int32 or bool',
  });
}

function checkGradient(
  { functions, variables }: ProgramDefinition,
  fn: string,
  name: string,
  gradient: tf.Tensor,
): void {
  if (!functions[fn]!.adam) {
    throw new WhyconvError({
      what: 'a function returns gradients but has no optimizer',
      where: fn,
      expected: '`adam` in its definition, or no gradients',
    });
  }
  if (!Object.hasOwn(variables, name)) throw unknownName('variable', name, `gradients of ${fn}`, variables);
  const { shape } = variables[name]!;
  if (gradient.dtype === 'float32' && gradient.shape.join() === shape.join()) return;
  throw new WhyconvError({
    what: 'a gradient does not match its variable',
    where: `${name}, in ${fn}`,
    found: `${gradient.dtype} [${gradient.shape.join(', ')}]`,
    expected: `float32 [${shape.join(', ')}]`,
  });
}
