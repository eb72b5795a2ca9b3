import { internalError } from "../../base/index.ts";
import type { WeightDescription } from "../model/index.ts";
import { padFeatures, type BufferId, type PlanBuffer } from "../plan/index.ts";
import type { NodeId } from "./graph.ts";

export type UnplacedBuffer = Omit<PlanBuffer, "offset">;

/** Collects the buffers and slots of a plan while its phases are lowered; knows nothing of where they will lie. */
export class PlanDraft {
  readonly buffers: UnplacedBuffer[] = [];
  readonly slots: string[];
  readonly #weights = new Map<string, BufferId>();
  #values = new Map<NodeId, BufferId>();

  /** @param slots names in order; a group of slots is found by the name of its first. */
  constructor(slots: readonly string[]) {
    this.slots = [...slots];
  }

  /** Nodes of another graph follow; weights and their state stay. */
  beginPhase(): void {
    this.#values = new Map();
  }

  slot(name: string): number {
    const index = this.slots.findIndex((slot) => slot === name || slot.startsWith(`${name}/`));
    if (index < 0) throw internalError(`the plan has no slot \`${name}\``);
    return index;
  }

  /** So many slots more, that nobody reads. @returns the first */
  spareSlots(count: number): number {
    const first = this.slots.length;
    for (let index = 0; index < count; index++) this.slots.push(`spare/${first + index}`);
    return first;
  }

  valueOf(node: NodeId): BufferId {
    const buffer = this.#values.get(node);
    if (buffer === undefined) throw internalError(`node ${node} is read before it has a buffer`);
    return buffer;
  }

  /** The buffer of a trained tensor, the same in every phase. */
  weight(weight: WeightDescription, node: NodeId): BufferId {
    let id = this.#weights.get(weight.name);
    if (id === undefined) {
      const { name, shape } = weight;
      id = this.#declare(name, { region: "weights", shape, layout: weightLayout(shape) });
      this.#weights.set(weight.name, id);
    }
    return this.#assign(node, id);
  }

  /** The optimiser's own buffers for a weight, by the names of the kernel's arguments. */
  optimizerState(weight: BufferId, names: readonly string[]): Record<string, BufferId> {
    const { name, shape, layout } = this.buffers[weight]!;
    return Object.fromEntries(
      names.map((state) => [state, this.#declare(`${name}.${state}`, { region: "state", shape, layout })]),
    );
  }

  /** A buffer for the value of a node that goes with the batch: rows. */
  temporary(name: string, shape: readonly number[], node: NodeId): BufferId {
    return this.#assign(node, this.scratch(name, shape));
  }

  /** A buffer for the value of a node that has the shape of a weight and lies as one. */
  temporaryWeight(name: string, shape: readonly number[], node: NodeId): BufferId {
    return this.#assign(node, this.scratchWeight(name, shape));
  }

  scratch(name: string, shape: readonly number[]): BufferId {
    return this.#declare(name, { region: "temporary", shape, layout: "rows" });
  }

  scratchWeight(name: string, shape: readonly number[]): BufferId {
    return this.#declare(name, { region: "temporary", shape, layout: weightLayout(shape) });
  }

  floatsOf(id: BufferId): number {
    return this.buffers[id]!.floats;
  }

  #assign(node: NodeId, id: BufferId): BufferId {
    this.#values.set(node, id);
    return id;
  }

  /** Rows are padded to whole vectors; of panels the number of rows too, since they are the columns of the transpose. */
  #declare(name: string, buffer: Pick<UnplacedBuffer, "region" | "shape" | "layout">): BufferId {
    const { shape, layout } = buffer;
    const floats = shape.reduce((product, size, dimension) => {
      const isPadded = layout === "panels" || dimension === shape.length - 1;
      return product * (isPadded ? padFeatures(size) : size);
    }, 1);
    this.buffers.push({ name, ...buffer, floats });
    return (this.buffers.length - 1) as BufferId;
  }
}

/** Matrices are the right side of a product somewhere. */
function weightLayout(shape: readonly number[]): PlanBuffer["layout"] {
  return shape.length === 2 ? "panels" : "rows";
}
