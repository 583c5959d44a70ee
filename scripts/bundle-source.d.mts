/** Bundles a TypeScript program of this repository; returns the path of the program. */
export function bundleSource(entry: string, name: string): Promise<string>;
