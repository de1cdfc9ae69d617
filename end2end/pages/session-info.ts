/** The answer of `/session-info`. */
export interface SessionInfo {
  authenticated: boolean;
  user: { id: string; email: string; display_name: string; provider: string } | null;
  session: {
    handle: string;
    login_time: string | null;
    last_activity: string;
    ip_address: string | null;
    user_agent: string | null;
    idle_expires_at: string | null;
    absolute_expires_at: string | null;
    store: string;
  } | null;
  preferences: {
    // slim: trainer
    units: string;
    goal: string;
    level: string;
    days_per_week: number;
    session_minutes: number;
    equipment: string[];
    rest_seconds: number;
    rest_mode: string;
    time_zone: string | null;
    bar: string | null;
    smallest_plate: string | null;
    body_weight: string | null;
    effort: string | null;
    sound: string;
    // slim: end
    theme: string;
    updated_at: string | null;
  };
}
