/** What the late part of the layer takes from its entry: `scripts/layer.mjs` puts the real ones here. */
export const entryModules: Readonly<Record<string, object>> = {};
export const intrinsics: Readonly<Record<string, unknown>> = {};
