export function startedModules(sources: string): string[];
