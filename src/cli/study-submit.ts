export async function submit(_: import('./study-options.js').StudyArguments): Promise<void> {}
