import { z } from 'zod';
import type { Permission } from './plan.js';

const list = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const conditionSchema = z.record(z.string(), z.record(z.string(), list));

const statementSchema = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Action: list.optional(),
  NotAction: list.optional(),
  Resource: list.optional(),
  NotResource: list.optional(),
  Condition: conditionSchema.optional(),
});

/** A policy document; statements may be one or several. */
export const documentSchema = z.object({
  Statement: z.union([statementSchema, z.array(statementSchema)]).transform((value) => [value].flat()),
});
export type Statement = z.infer<typeof statementSchema>;

/**
 * Whether statements of identity policies allow something on each of its resources: "an explicit deny in any of these
 * policies overrides the allow", and without an allow the answer is no (IAM, "Policy evaluation logic"). A condition on
 * anything but what the request itself says counts against: it may hold or not.
 */
export function allows(statements: readonly Statement[], permission: Permission): boolean {
  return permission.resources.every((resource) => {
    const covers = (effect: Statement['Effect']) => (statement: Statement) =>
      statement.Effect === effect && matches(statement, permission, resource);
    return !statements.some(covers('Deny')) && statements.some(covers('Allow'));
  });
}

function matches(statement: Statement, { action, context = {} }: Permission, resource: string): boolean {
  const { Effect, Action, NotAction, Resource, NotResource, Condition = {} } = statement;
  // "Action names are case insensitive."
  const acts = Action ? like(Action, action, 'i') : !like(NotAction ?? ['*'], action, 'i');
  const on = Resource ? like(Resource, resource) : !like(NotResource ?? ['*'], resource);
  return acts && on && holds(Condition, context, Effect === 'Deny');
}

function holds(
  condition: z.infer<typeof conditionSchema>,
  context: Readonly<Record<string, string>>,
  unknown: boolean,
): boolean {
  return Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => {
      const value = context[key];
      if (value === undefined || !/^String(Equals|Like)$/.test(operator)) return unknown;
      return operator === 'StringLike' ? like(values, value) : values.includes(value);
    }),
  );
}

/** "*" is any number of characters, "?" any one. */
function like(patterns: readonly string[], value: string, flags = ''): boolean {
  return patterns.some((pattern) => {
    const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
    return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, flags).test(value);
  });
}
