import type { Visitor } from './visitor';

export class WorkoutPage {
  constructor(private readonly visitor: Visitor) {}

  get heading() {
    return this.visitor.main.getByRole('heading', { level: 1 });
  }
  get startRest() {
    return this.visitor.main.getByRole('button', { name: 'Start rest', exact: true });
  }
  get timer() {
    return this.visitor.main.getByRole('timer');
  }
  /** One box for each set. */
  get sets() {
    return this.visitor.main.getByRole('checkbox');
  }
  get finish() {
    return this.visitor.main.getByRole('button', { name: 'Finish workout', exact: true });
  }

  async open(): Promise<void> {
    await this.visitor.open('/workout');
  }
}
