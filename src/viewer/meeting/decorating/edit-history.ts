/** A change that can be undone and redone. */
export interface Edit {
  undo(): Promise<void>;
  redo(): Promise<void>;
}

/** Maximum number of edits that are kept. */
const MOST = 100;

/** The edits in order. Undo goes back one edit, redo forward. A new edit discards undone ones. */
export class EditHistory {
  readonly #edits: Edit[] = [];
  /** Number of edits that are not undone. */
  #done = 0;
  #busy = false;

  get canUndo(): boolean {
    return !this.#busy && this.#done > 0;
  }

  get canRedo(): boolean {
    return !this.#busy && this.#done < this.#edits.length;
  }

  add(edit: Edit): void {
    this.#edits.splice(this.#done, Number.POSITIVE_INFINITY, edit);
    if (this.#edits.length > MOST) this.#edits.shift();
    this.#done = this.#edits.length;
  }

  /** Runs one at a time. Harmless if there is nothing to do. An edit that fails is discarded. @throws what it rejects with. */
  async undo(): Promise<void> {
    if (!this.canUndo) return;
    const edit = this.#edits[this.#done - 1];
    await this.#run(
      () => edit.undo(),
      edit,
      () => this.#done--,
    );
  }

  async redo(): Promise<void> {
    if (!this.canRedo) return;
    const edit = this.#edits[this.#done];
    await this.#run(
      () => edit.redo(),
      edit,
      () => this.#done++,
    );
  }

  async #run(action: () => Promise<void>, edit: Edit, step: () => void): Promise<void> {
    this.#busy = true;
    try {
      await action();
      step();
    } catch (error) {
      const at = this.#edits.indexOf(edit);
      if (at >= 0) this.#edits.splice(at, 1);
      this.#done = Math.min(this.#done, at < 0 ? this.#done : at);
      throw error;
    } finally {
      this.#busy = false;
    }
  }
}
