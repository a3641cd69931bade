/** The editor's column of line costs. */
import { RangeSet, StateEffect, StateField } from '@codemirror/state';
import { type EditorView, GutterMarker, gutter } from '@codemirror/view';
import { roundSlots } from '../views/line-cost-view.ts';

/** Sets the cost of lines: slots by line, from 1. */
export const setCosts = StateEffect.define<ReadonlyMap<number, number>>();

/** The cost of a line, shaded relative to the most expensive line. */
class CostMarker extends GutterMarker {
  readonly #slots: number;
  readonly #part: number;

  constructor(slots: number, part: number) {
    super();
    this.#slots = slots;
    this.#part = part;
  }

  override eq(other: CostMarker): boolean {
    return this.#slots === other.#slots && this.#part === other.#part;
  }

  override toDOM(): HTMLElement {
    const element = document.createElement('span');
    element.textContent = roundSlots(this.#slots);
    element.title = `${roundSlots(this.#slots)} slots come from this line`;
    element.style.setProperty('--heat', this.#part.toFixed(2));
    return element;
  }
}

const costs = StateField.define<RangeSet<GutterMarker>>({
  create: () => RangeSet.empty,
  update(markers, { effects, changes, state }) {
    for (const effect of effects) {
      if (!effect.is(setCosts)) continue;
      const most = Math.max(...effect.value.values());
      const known = [...effect.value].filter(([line]) => line >= 1 && line <= state.doc.lines).sort(([a], [b]) => a - b);
      return RangeSet.of(known.map(([line, slots]) => new CostMarker(slots, slots / most).range(state.doc.line(line).from)));
    }
    return markers.map(changes);
  },
});

/** A column beside the line numbers with the slots of each line. */
export const costGutter = [costs, gutter({ class: 'cm-costs', markers: (view: EditorView) => view.state.field(costs) })];
