declare const nodeIdBrand: unique symbol;
/** Index into `Graph.nodes`. */
export type NodeId = number & { readonly [nodeIdBrand]: true };
