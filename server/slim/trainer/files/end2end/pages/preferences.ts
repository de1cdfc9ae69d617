import { expect, type Locator } from '@playwright/test';

import type { Layout } from './layout';

/** Values as the form submits them. */
export interface Choices {
  theme?: 'system' | 'light' | 'dark';
}

const LABELS = { theme: 'Theme' } as const;

type Name = keyof typeof LABELS;

export class PreferencesPage {
  constructor(private readonly layout: Layout) {}

  field(name: Name): Locator {
    return this.layout.main.getByLabel(LABELS[name], { exact: true });
  }
  get button() {
    return this.layout.main.getByRole('button', { name: 'Save preferences', exact: true });
  }
  /** Saves the theme without loading the page. */
  get keepTheme() {
    return this.layout.main.getByRole('button', { name: 'Keep this theme', exact: true });
  }

  async open(): Promise<void> {
    await this.layout.open('/preferences');
  }

  async choose(choices: Choices): Promise<void> {
    for (const [name, value] of Object.entries(choices)) await this.field(name as Name).selectOption(value);
  }

  /** Opens the page, makes these choices and saves them. */
  async save(choices: Choices): Promise<void> {
    await this.open();
    await this.choose(choices);
    await this.button.click();
    await this.expectSaved();
  }

  async expectSaved(): Promise<void> {
    await expect(this.layout.status.filter({ hasText: 'Preferences saved.' })).toBeVisible();
    await this.layout.ready();
  }

  /** The form shows these values. */
  async expectChoices(choices: Choices): Promise<void> {
    for (const [name, value] of Object.entries(choices)) {
      await expect(this.field(name as Name), LABELS[name as Name]).toHaveValue(value);
    }
  }
}
