/**
 * What a terminal would show of a line that was rewritten with carriage returns: only the last version stays.
 * Colors and other escape sequences are kept.
 */
export function collapseCarriageReturns(text: string): string {
  if (!text.includes('\r')) return text;
  return text.replace(/\r+\n/g, '\n').split('\n').map(lastVersion).join('\n');
}

/** A line may end in "\r" while its next version is still to come: then the version before it shows. */
function lastVersion(line: string): string {
  const versions = line.split('\r');
  return versions.findLast((version) => version !== '') ?? '';
}
