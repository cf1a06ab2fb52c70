/**
 * `node src/docs.mjs`: the API reference of the package, from the comments in src to reports/api. `--check` only reads them.
 * Fails where an export or a field has no comment, a function no example, or a link no target.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Functions of these rooms are called by chapters, which run as tests: an example would be the chapter again. */
const EXEMPLIFIED_BY_NOTEBOOKS = ['views'];

async function main(args) {
  const typedoc = await import('typedoc').catch(() => undefined);
  if (!typedoc) return fail('typedoc is not installed, since npm left it out: run npm ci --include=dev');
  const { Application, Converter } = typedoc;
  const app = await Application.bootstrap({
    entryPoints: [join(root, 'src', 'index.ts')],
    tsconfig: join(root, 'tsconfig.json'),
    name: 'whyconv',
    readme: 'none',
    out: join(root, 'reports', 'api'),
    logLevel: 'Warn',
    // The build has checked types, with the compiler that counts.
    skipErrorChecking: true,
    excludeInternal: true,
    excludePrivate: true,
    excludeExternals: true,
    disableGit: true,
    // A page lies in a folder of reports/api.
    sourceLinkTemplate: '../../../src/{path}',
    basePath: root,
    sort: ['kind', 'source-order'],
    kindSortOrder: ['Class', 'Function', 'Variable', 'Interface', 'TypeAlias'],
    categorizeByGroup: false,
    navigation: { includeCategories: true },
    validation: { notExported: true, invalidLink: true, invalidPath: true, notDocumented: true },
    treatWarningsAsErrors: true,
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => sortIntoRooms(project, typedoc));
  app.on(Application.EVENT_VALIDATE_PROJECT, (project) => requireExamples(project, app.logger, typedoc));
  const project = await app.convert();
  if (!project) return 1;
  app.options.setValue('intentionallyNotDocumented', describedByParent(project, typedoc));
  app.validate(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) return 1;
  if (args.includes('--check')) return 0;
  await app.generateOutputs(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) return 1;
  process.stdout.write('reports/api/index.html\n');
  return 0;
}

/** Each export is listed under its room, and the room described by the comment at the head of its index. */
function sortIntoRooms(project, { Comment, CommentTag }) {
  const text = (words) => [{ kind: 'text', text: words }];
  const all = rooms();
  // What stands at the head of an index is no comment on its first exports.
  const heads = new Set([...all.values(), headOf('index.ts')].filter((head) => head !== ''));
  for (const child of project.children)
    if (heads.has(inOneLine(Comment.combineDisplayParts(child.comment?.summary)))) delete child.comment;
  project.comment = new Comment(text(headOf('index.ts')));
  const present = new Set(project.children.map(roomOf));
  for (const [room, description] of all)
    if (present.has(room))
      project.comment.blockTags.push(new CommentTag('@categoryDescription', text(`${room}\n${description}`)));
  for (const child of project.children)
    for (const owner of child.signatures ?? [child])
      owner.comment?.blockTags.push(new CommentTag('@category', text(roomOf(child))));
}

/** The rooms that src/index.ts exports from, in its order, each with what it is. */
function rooms() {
  const index = readFileSync(join(root, 'src', 'index.ts'), 'utf8');
  const names = new Set([...index.matchAll(/from '\.\/(\w+)\//g)].map(([, room]) => room));
  const describe = (room) => (room === 'base' ? BASE : headOf(join(room, 'index.ts')));
  return new Map([...names].map((room) => [room, describe(room)]));
}

/** The room without an index. */
const BASE = 'Errors, progress and seeded randomness, which all rooms share.';

function headOf(path) {
  const [, comment = ''] =
    readFileSync(join(root, 'src', path), 'utf8').match(/^\/\*\*?([\s\S]*?)\*\//) ?? [];
  return inOneLine(comment.replace(/^\s*\* ?/gm, ' '));
}

const inOneLine = (text) => text.replace(/\s+/g, ' ').trim();

function roomOf({ sources }) {
  const [, room] = sources?.[0]?.fullFileName.match(/[\\/]src[\\/](\w+)[\\/]/) ?? [];
  return room ?? 'engine'; // `tf` is TensorFlow.js's own
}

/** Fields of a type that stands inside another are described by the comment on the field or the type that they are part of. */
function describedByParent(project, { ReflectionKind }) {
  const isOfParameter = ({ kind, parent }) =>
    kind === ReflectionKind.Parameter || (parent !== undefined && isOfParameter(parent));
  const fields = project
    .getReflectionsByKind(ReflectionKind.Property)
    .filter((field) => field.parent?.kind === ReflectionKind.TypeLiteral && !field.hasComment())
    .filter((field) => !isOfParameter(field)); // which typedoc asks nothing of
  return [...new Set(fields.map((field) => field.getFriendlyFullName()))];
}

function requireExamples(project, logger, { ReflectionKind }) {
  for (const callable of project.getReflectionsByKind(ReflectionKind.Function)) {
    if (EXEMPLIFIED_BY_NOTEBOOKS.includes(roomOf(callable))) continue;
    const has = callable.signatures.some(({ comment }) => comment?.getTag('@example'));
    if (!has) logger.validationWarning(`${callable.name} has no @example`);
  }
}

function fail(message) {
  process.stderr.write(`whyconv: ${message}\n`);
  return 1;
}

process.exitCode = await main(process.argv.slice(2));
