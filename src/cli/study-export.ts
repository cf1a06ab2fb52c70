export async function exportRecords(_: import('./study-options.js').StudyArguments): Promise<void> {}
