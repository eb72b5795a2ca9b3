/** A piece of a file as memory; undefined where that cannot be had. */
export type MapFile = (path: string, offset: number, length: number) => ArrayBuffer | undefined;
