/** A change that can be taken back and made again. */
export interface Edit {
  undo(): Promise<void>;
  redo(): Promise<void>;
}

/** Edits that are remembered. */
const MOST = 100;

/** What was changed, in order: undo goes back one edit, redo forward; a new edit forgets what was undone. */
export class EditHistory {
  readonly #edits: Edit[] = [];
  /** How many of them are done. */
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

  /** One at a time; harmless where there is nothing. An edit that cannot be taken back is forgotten. @throws what it rejects with. */
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
