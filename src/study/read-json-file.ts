import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { type ErrorParts, messageOf, WhyconvError } from '../base/errors.js';

/**
 * What a JSON file next to the records holds.
 *
 * @param refusal what to say where it holds something else, or is not JSON
 * @throws WhyconvError with these parts
 */
export async function readJsonFile<T>(
  path: string,
  schema: z.ZodType<T>,
  refusal: Pick<ErrorParts, 'what' | 'remedy'>,
): Promise<T> {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new WhyconvError({ ...refusal, where: path, found: messageOf(cause) }, { cause });
  }
}
