import { internalError } from "../../base/index.ts";
import type { WeightDescription } from "../model/index.ts";
import { floatsOf, type BufferId, type LaidOut, type PlanBuffer } from "../plan/index.ts";
import type { GraphNode, NodeId } from "./graph.ts";

export type UnplacedBuffer = Omit<PlanBuffer, "offset">;

/** A slot's value before the first step. */
export interface InitialSlot {
  readonly slot: number;
  readonly value: number;
}

/** Two slots that hold the key of a random stream, which depends on the training's seed. */
export interface RandomKey {
  readonly slot: number;
  /** Names of the stream. */
  readonly stream: readonly string[];
}

/** Collects the buffers and slots of a plan while its phases are lowered; knows nothing of where they will lie. */
export class PlanDraft {
  readonly buffers: UnplacedBuffer[] = [];
  readonly slots: string[] = [];
  /** The first slot of each name, and of each group of slots. */
  readonly #slotIndex = new Map<string, number>();
  readonly initialSlots: InitialSlot[] = [];
  readonly randomKeys: RandomKey[] = [];
  readonly #weights = new Map<string, BufferId>();
  readonly #trained = new Map<string, BufferId>();
  #values = new Map<NodeId, BufferId>();
  #beside = new Map<string, BufferId>();

  /** @param slots names in order; a group of slots is found by the name of its first. */
  constructor(slots: readonly string[]) {
    for (const name of slots) this.#addSlot(name);
  }

  /** Nodes of another graph follow; weights, their state and slots stay. */
  beginPhase(): void {
    this.#values = new Map();
    this.#beside = new Map();
  }

  slot(name: string): number {
    const index = this.#slotIndex.get(name);
    if (index === undefined) throw internalError(`the plan has no slot \`${name}\``);
    return index;
  }

  /**
   * Consecutive slots with the settings of a layer, which may differ between trials that share a plan. The same name
   * gives the same slots in every phase. @returns the first
   */
  settings(layer: string, values: Readonly<Record<string, number>>): number {
    // With a space, so that no layer can be called like another slot.
    const name = `layer ${layer}`;
    const known = this.#slotIndex.get(name);
    if (known !== undefined) return known;
    const first = this.slots.length;
    for (const [setting, value] of Object.entries(values)) {
      this.initialSlots.push({ slot: this.slots.length, value });
      this.#addSlot(`${name}/${setting}`);
    }
    return first;
  }

  /** Two slots for the key of a random stream. @returns the first */
  randomKey(...stream: readonly string[]): number {
    const name = `key ${stream.join("/")}`;
    const known = this.#slotIndex.get(name);
    if (known !== undefined) return known;
    const slot = this.slots.length;
    this.randomKeys.push({ slot, stream });
    this.#addSlot(`${name}/key0`);
    this.#addSlot(`${name}/key1`);
    return slot;
  }

  /** So many slots more, that nobody reads. @returns the first */
  spareSlots(count: number): number {
    const first = this.slots.length;
    for (let index = 0; index < count; index++) this.#addSlot(`spare/${first + index}`);
    return first;
  }

  /** So many consecutive slots, the same ones for the same name. @returns the first */
  group(name: string, count: number): number {
    const known = this.#slotIndex.get(name);
    if (known !== undefined) return known;
    const first = this.slots.length;
    for (let index = 0; index < count; index++) this.#addSlot(`${name}/${index}`);
    return first;
  }

  valueOf(node: NodeId): BufferId {
    const buffer = this.#values.get(node);
    if (buffer === undefined) throw internalError(`node ${node} is read before it has a buffer`);
    return buffer;
  }

  /** The node's value lies where another node's does. */
  alias(node: NodeId, buffer: BufferId): void {
    this.#values.set(node, buffer);
  }

  /** The buffer of a weight, the same in every phase: what is evaluated and kept. */
  weight({ name }: WeightDescription, node: GraphNode): BufferId {
    let id = this.#weights.get(name);
    if (id === undefined) {
      id = this.#declare(name, "weights", node);
      this.#weights.set(name, id);
    }
    const { kind, run, stride } = this.buffers[id]!.layout;
    if (kind !== node.layout.kind || run !== node.layout.run || stride !== node.layout.stride)
      throw internalError(`weight \`${name}\` is laid out in two ways`);
    return this.#assign(node.id, id);
  }

  /**
   * The buffer of a weight that steps change where `weight` gives that of its average.
   */
  trainedWeight(weight: WeightDescription, node: GraphNode): BufferId {
    const average = this.weight(weight, node);
    let id = this.#trained.get(weight.name);
    if (id === undefined) {
      id = this.#declare(`${weight.name}.trained`, "state", this.buffers[average]!);
      this.#trained.set(weight.name, id);
    }
    return this.#assign(node.id, id);
  }

  /** Buffers of a weight that has an average. */
  averaged({ name }: WeightDescription): { readonly trained: BufferId; readonly average: BufferId } {
    const trained = this.#trained.get(name);
    const average = this.#weights.get(name);
    if (trained === undefined || average === undefined)
      throw internalError(`weight \`${name}\` has no average`);
    return { trained, average };
  }

  /** The optimiser's own buffers for a weight, by the names of the kernel's arguments. */
  optimizerState(weight: BufferId, names: readonly string[]): Record<string, BufferId> {
    const { name, ...laidOut } = this.buffers[weight]!;
    return Object.fromEntries(
      names.map((state) => [state, this.#declare(`${name}.${state}`, "state", laidOut)]),
    );
  }

  /** A buffer for the value of a node that goes with the batch. */
  batchValue(node: GraphNode, chunkSize: number): BufferId {
    const laidOut = { shape: [chunkSize, ...node.shape], layout: node.layout };
    return this.#assign(node.id, this.#declare(`${node.op} ${node.id}`, "temporary", laidOut));
  }

  /** A second value of a node by name: the same buffer whenever it is asked for in a phase. */
  besideValue(node: GraphNode, name: string, laidOut: LaidOut): BufferId {
    const key = `${name} of ${node.op} ${node.id}`;
    let id = this.#beside.get(key);
    if (id === undefined) {
      id = this.#declare(key, "temporary", laidOut);
      this.#beside.set(key, id);
    }
    return id;
  }

  /** A buffer for the value of a node that does not go with the batch. */
  wholeValue(node: GraphNode): BufferId {
    return this.#assign(node.id, this.#declare(`${node.op} ${node.id}`, "temporary", node));
  }

  /** A temporary buffer that is no node's value. */
  scratch(name: string, floats: number): BufferId {
    const layout = { kind: "rows", run: floats, stride: floats } as const;
    return this.#declare(name, "temporary", { shape: [floats], layout });
  }

  /** A buffer that is kept from step to step; the same one for the same name. */
  state(name: string, floats: number): BufferId {
    const known = this.buffers.findIndex((buffer) => buffer.name === name);
    if (known >= 0) return known as BufferId;
    const layout = { kind: "rows", run: floats, stride: floats } as const;
    return this.#declare(name, "state", { shape: [floats], layout });
  }

  floatsOf(id: BufferId): number {
    return this.buffers[id]!.floats;
  }

  /** A slot `a/b` is found by its name, and the first of the group `a` by that of the group. */
  #addSlot(name: string): void {
    const index = this.slots.push(name) - 1;
    for (let end = name.length; end > 0; end = name.lastIndexOf("/", end - 1)) {
      const prefix = name.slice(0, end);
      if (!this.#slotIndex.has(prefix)) this.#slotIndex.set(prefix, index);
    }
  }

  #assign(node: NodeId, id: BufferId): BufferId {
    this.#values.set(node, id);
    return id;
  }

  #declare(name: string, region: UnplacedBuffer["region"], { shape, layout }: LaidOut): BufferId {
    this.buffers.push({ name, region, shape, layout, floats: floatsOf({ shape, layout }) });
    return (this.buffers.length - 1) as BufferId;
  }
}
