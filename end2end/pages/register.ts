import type { Visitor } from './visitor';

export class RegisterPage {
  constructor(private readonly visitor: Visitor) {}

  get name() {
    return this.visitor.main.getByLabel('Name', { exact: true });
  }
  get email() {
    return this.visitor.main.getByLabel('Email', { exact: true });
  }
  get password() {
    return this.visitor.main.getByLabel('Password', { exact: true });
  }
  get button() {
    return this.visitor.main.getByRole('button', { name: 'Create account', exact: true });
  }

  async open(query = ''): Promise<void> {
    await this.visitor.open(`/register${query}`);
  }

  async submit(name: string, email: string, password: string): Promise<void> {
    await this.name.fill(name);
    await this.email.fill(email);
    await this.password.fill(password);
    await this.button.click();
  }
}
