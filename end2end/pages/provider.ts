import { expect, type Page } from '@playwright/test';

import type { Person } from '../fixtures/people';
import { OIDC_LABEL } from '../support/server';
import type { LoginPage } from './login';

/** The login page of the independent provider (`support/oidc-provider.mjs`). It asks for no password. */
export class ProviderPage {
  constructor(
    private readonly page: Page,
    private readonly login: LoginPage,
  ) {}

  /** Goes to the provider by way of the login page. */
  async reach(query = ''): Promise<void> {
    await this.login.open(query);
    await this.login.provider(OIDC_LABEL).click();
  }

  async introduce({ name, email }: Pick<Person, 'name' | 'email'>, answer: 'Allow' | 'Deny' = 'Allow'): Promise<void> {
    await expect(this.page.getByRole('heading', { name: 'Who are you?' })).toBeVisible();
    await this.page.getByLabel('Subject', { exact: true }).fill(`subject of ${email}`);
    await this.page.getByLabel('Name', { exact: true }).fill(name);
    await this.page.getByLabel('Email', { exact: true }).fill(email);
    await this.page.getByRole('button', { name: answer, exact: true }).click();
  }
}
