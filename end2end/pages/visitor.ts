// One browser and the person who uses it. This file builds the page objects; none of them imports it.
import { expect, type Page } from '@playwright/test';

import type { Guard } from '../fixtures/guard';
import type { Person } from '../fixtures/people';
import type { AppServer } from '../support/server';
import { AccountPage } from './account';
import { ConfirmPage } from './confirm';
import { DemoProviderPage } from './demo-provider'; // slim: demo-provider
import { HistoryPage } from './history'; // slim: trainer
import { Layout } from './layout';
import { LoginPage } from './login';
import { PreferencesPage } from './preferences';
import { ProviderPage } from './provider';
import { RegisterPage } from './register';
import { SessionPage } from './session';
import type { SessionInfo } from './session-info';
import { WorkoutPage } from './workout'; // slim: trainer

export class Visitor extends Layout {
  readonly login = new LoginPage(this);
  readonly register = new RegisterPage(this);
  readonly preferences = new PreferencesPage(this);
  readonly workout = new WorkoutPage(this); // slim: trainer
  readonly history = new HistoryPage(this); // slim: trainer
  readonly session = new SessionPage(this);
  readonly account = new AccountPage(this);
  readonly confirm = new ConfirmPage(this);
  readonly provider = new ProviderPage(this.page, this.login);
  readonly demoProvider = new DemoProviderPage(this.page, this.login); // slim: demo-provider

  constructor(
    page: Page,
    readonly app: AppServer,
    readonly guard: Guard,
    hydrates: boolean,
  ) {
    super(page, app.url, hydrates);
  }

  /** Logs in with the form. */
  async signIn(person: Person): Promise<void> {
    await this.login.open();
    await this.login.submit(person.email, person.password);
    await this.expectSignedIn(person.name);
  }

  /** Asks for a demo account on the login page, and reads how to log in to it on the page that follows. */
  async useDemoAccount(): Promise<Person> {
    await this.login.open();
    await this.login.demoButton.click();
    await this.expectPath('/account');
    await expect(this.account.demoLogin).toHaveCount(2);
    const [email = '', password = ''] = await this.account.demoLogin.allInnerTexts();
    await this.expectSignedIn('Demo visitor');
    return { name: 'Demo visitor', email, password };
  }

  /** Signs this browser in without showing a page. */
  async signInQuietly({ email, password }: Person): Promise<void> {
    const answer = await this.page.request.post('/api/auth/login', {
      form: { email, password },
      headers: { Accept: 'application/json', Origin: this.app.url },
    });
    expect(answer.status(), `signing in ${email}`).toBe(200);
  }

  /** `/session-info`, with this browser's cookie. */
  async info(): Promise<SessionInfo> {
    const answer = await this.page.request.get('/session-info', { headers: { Accept: 'application/json' } });
    expect(answer.status(), '/session-info').toBe(200);
    return (await answer.json()) as SessionInfo;
  }

  /** Requests a page without following redirects. */
  async peek(path: string): Promise<{ status: number; location: string | undefined; body: string; headers: Record<string, string> }> {
    const answer = await this.page.request.get(path, { maxRedirects: 0, headers: { Accept: 'text/html' } });
    const headers = answer.headers();
    return { status: answer.status(), location: headers['location'], body: await answer.text(), headers };
  }

  /** The value of the session cookie, if there is one. */
  async sessionCookie(): Promise<string | undefined> {
    const cookies = await this.page.context().cookies(this.app.url);
    return cookies.find(({ name }) => name === 'sessionId')?.value;
  }
}
