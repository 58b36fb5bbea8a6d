/** Folder below `public/models/` of the language model that ships with the lab. */
export const BUILT_IN_MODEL = 'parley-v0';
