import { internalError } from "../../base/index.ts";
import type { WeightDescription } from "../model/index.ts";
import { padFeatures, type BufferId, type BufferRegion, type PlanBuffer } from "../plan/index.ts";
import type { NodeId } from "./graph.ts";

export type UnplacedBuffer = Omit<PlanBuffer, "offset">;

/** Collects the buffers and slots of a plan while its phases are lowered; knows nothing of where they will lie. */
export class PlanDraft {
  readonly buffers: UnplacedBuffer[] = [];
  readonly #slots: readonly string[];
  readonly #weights = new Map<string, BufferId>();
  #values = new Map<NodeId, BufferId>();

  /** @param slots names in order; a group of slots is found by the name of its first. */
  constructor(slots: readonly string[]) {
    this.#slots = slots;
  }

  /** Nodes of another graph follow; weights and their state stay. */
  beginPhase(): void {
    this.#values = new Map();
  }

  slot(name: string): number {
    const index = this.#slots.findIndex((slot) => slot === name || slot.startsWith(`${name}/`));
    if (index < 0) throw internalError(`the plan has no slot \`${name}\``);
    return index;
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
      id = this.#declare(weight.name, "weights", weight.shape);
      this.#weights.set(weight.name, id);
    }
    this.#values.set(node, id);
    return id;
  }

  /** The optimiser's own buffers for a weight, by the names of the kernel's arguments. */
  optimizerState(weight: BufferId, names: readonly string[]): Record<string, BufferId> {
    const { name, shape } = this.buffers[weight]!;
    return Object.fromEntries(
      names.map((state) => [state, this.#declare(`${name}.${state}`, "state", shape)]),
    );
  }

  /** A buffer for the value of a node. @param shape the last dimension gets padded */
  temporary(name: string, shape: readonly number[], node: NodeId): BufferId {
    const id = this.#declare(name, "temporary", shape);
    this.#values.set(node, id);
    return id;
  }

  scratch(name: string, shape: readonly number[]): BufferId {
    return this.#declare(name, "temporary", shape);
  }

  floatsOf(id: BufferId): number {
    return this.buffers[id]!.floats;
  }

  #declare(name: string, region: BufferRegion, shape: readonly number[]): BufferId {
    const isMatrix = shape.length === 2 && region !== "temporary";
    const floats = shape
      .slice(0, -1)
      .reduce((product, size) => product * (isMatrix ? padFeatures(size) : size), 1);
    this.buffers.push({
      name,
      region,
      shape,
      layout: isMatrix ? "panels" : "rows",
      floats: floats * padFeatures(shape.at(-1)!),
    });
    return (this.buffers.length - 1) as BufferId;
  }
}
