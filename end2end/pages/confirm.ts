import type { Visitor } from './visitor';

/** `/account/confirm`: the password once more before a sensitive change. */
export class ConfirmPage {
  constructor(private readonly visitor: Visitor) {}

  get password() {
    return this.visitor.main.getByLabel(/password$/i);
  }

  provider(label: string) {
    return this.visitor.main.getByRole('link', { name: `Continue with ${label}`, exact: true });
  }

  async submit(password: string): Promise<void> {
    await this.password.fill(password);
    await this.password.press('Enter');
  }
}
