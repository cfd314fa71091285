/** See layer.mjs. */
export function buildLayer(directory: string): Promise<void>;
