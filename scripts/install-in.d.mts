export function installIn(folder: string): boolean;
