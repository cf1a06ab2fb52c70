import { z } from 'zod';
import type { Aws, Operation } from './aws.js';
import { documentSchema, type Statement } from './evaluate.js';

/** Who calls: a user, or a role that was taken over. */
export interface Identity {
  readonly account: string;
  readonly arn: string;
  readonly kind: 'user' | 'role' | 'root';
  readonly name: string;
}

/** "arn:aws:iam::123456789012:user/path/name", "arn:aws:sts::123456789012:assumed-role/name/session" */
const ARN = /^arn:[\w-]+:(?:iam|sts)::(\d{12}):(user|assumed-role|root)(?:\/(?:.*\/)?([^/]+))?$/;

/** @throws Error for a caller of another kind, such as a federated user */
export function parseIdentity(arn: string): Identity {
  const assumed = /^arn:[\w-]+:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn);
  if (assumed) {
    const [, account, name] = assumed as unknown as [string, string, string];
    return { account, name, kind: 'role', arn: `arn:aws:iam::${account}:role/${name}` };
  }
  const [, account, kind, name = 'root'] = ARN.exec(arn) ?? [];
  if (account === undefined) throw new Error(`not a user or a role: ${arn}`);
  return { account, name, kind: kind === 'root' ? 'root' : 'user', arn };
}

const names = z.object({ PolicyNames: z.array(z.string()).default([]) });
const attached = z.object({ AttachedPolicies: z.array(z.object({ PolicyArn: z.string() })).default([]) });
const groups = z.object({ Groups: z.array(z.object({ GroupName: z.string() })).default([]) });
const inline = z.object({ PolicyDocument: z.string() });
const version = z.object({ Policy: z.object({ DefaultVersionId: z.string() }) });
const content = z.object({ PolicyVersion: z.object({ Document: z.string() }) });

/** All statements of the policies of an identity, and of a user's groups. @throws what AWS refuses with */
export async function ownStatements(aws: Aws, { kind, name }: Identity): Promise<Statement[]> {
  if (kind === 'role') return statementsOf(aws, 'Role', name);
  const own = await statementsOf(aws, 'User', name);
  const { Groups } = groups.parse(await aws('ListGroupsForUser', { UserName: name }));
  const shared = await Promise.all(Groups.map(({ GroupName }) => statementsOf(aws, 'Group', GroupName)));
  return [...own, ...shared.flat()];
}

async function statementsOf(aws: Aws, kind: 'User' | 'Group' | 'Role', name: string): Promise<Statement[]> {
  const who = { [`${kind}Name`]: name };
  const { PolicyNames } = names.parse(await aws(`List${kind}Policies` satisfies Operation, who));
  const { AttachedPolicies } = attached.parse(
    await aws(`ListAttached${kind}Policies` satisfies Operation, who),
  );
  const documents = [
    ...PolicyNames.map(async (PolicyName) => {
      const answer = await aws(`Get${kind}Policy` satisfies Operation, { ...who, PolicyName });
      return inline.parse(answer).PolicyDocument;
    }),
    ...AttachedPolicies.map(async ({ PolicyArn }) => {
      const { Policy } = version.parse(await aws('GetPolicy', { PolicyArn }));
      const answer = await aws('GetPolicyVersion', { PolicyArn, VersionId: Policy.DefaultVersionId });
      return content.parse(answer).PolicyVersion.Document;
    }),
  ];
  return (await Promise.all(documents)).flatMap(parseDocument);
}

/** "Policies returned by this operation are URL-encoded compliant with RFC 3986." (GetPolicyVersion) */
const parseDocument = (text: string): Statement[] =>
  documentSchema.parse(JSON.parse(text.startsWith('{') ? text : decodeURIComponent(text))).Statement;
