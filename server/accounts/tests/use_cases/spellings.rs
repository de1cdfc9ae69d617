//! One person's input in its several forms.

use accounts::{Deleted, LogIn, LoggedIn, Registered};

use crate::site::{PASSWORD, Site, email, login};

const UNICODE: &str = "kim@bücher.example";
const ASCII: &str = "Kim@xn--bcher-kva.example";

#[tokio::test]
async fn an_international_domain_is_one_account_in_both_spellings() {
    let site = Site::new().await;
    let (client, kim) = site.registered(UNICODE).await;
    assert_eq!(site.register(&site.client(), ASCII, PASSWORD).await, Registered::EmailTaken);
    for address in [UNICODE, ASCII] {
        let input = LogIn { email: address, password: PASSWORD };
        assert_eq!(site.accounts.log_in(&site.client(), input).await.unwrap(), LoggedIn::Done, "{address}");
    }
    // Guesses count together as well.
    for address in [UNICODE, ASCII, UNICODE] {
        let input = LogIn { email: address, password: "wrong" };
        site.accounts.log_in(&site.client(), input).await.unwrap();
    }
    let input = LogIn { email: ASCII, password: PASSWORD };
    let answer = site.accounts.log_in(&site.client(), input).await.unwrap();
    assert!(matches!(answer, LoggedIn::Throttled { .. }), "{answer:?}");
    let own = login(&client).await.unwrap();
    assert_eq!(site.accounts.delete(&client, &own, &kim, Ok(ASCII)).await.unwrap(), Deleted::Done);
}

#[tokio::test]
async fn a_password_typed_on_another_kind_of_device_is_the_same_password() {
    let site = Site::new().await;
    let (composed, decomposed) = ("zo\u{eb} walks at dusk", "zoe\u{308} walks at dusk");
    let made = site.register(&site.client(), "ann@example.com", decomposed).await;
    assert_eq!(made, Registered::SignedIn);
    for typed in [composed, decomposed] {
        assert_eq!(site.log_in(&site.client(), typed).await, LoggedIn::Done, "{typed}");
    }
}

#[tokio::test]
async fn a_password_hashed_as_typed_by_an_earlier_version_opens_the_account_and_is_hashed_anew() {
    use argon2::PasswordHasher as _;
    let site = Site::new().await;
    let (_, ann) = site.ann().await;
    let (composed, decomposed) = ("zo\u{eb} walks at dusk", "zoe\u{308} walks at dusk");
    let argon2 = argon2::Argon2::from(argon2::Params::new(8, 1, 1, None).unwrap());
    let earlier =
        argon2.hash_password_with_salt(decomposed.as_bytes(), b"sixteen bytes...").unwrap().to_string();
    site.database.set_password(&ann.id, ann.credentials_version, &earlier).await.unwrap().unwrap();
    assert_eq!(site.log_in(&site.client(), composed).await, LoggedIn::InvalidCredentials);
    assert_eq!(site.log_in(&site.client(), decomposed).await, LoggedIn::Done);
    let stored = site.database.user_by_email(&email("ann@example.com")).await.unwrap().unwrap();
    assert_ne!(stored.password_hash, Some(earlier));
    assert_eq!(site.log_in(&site.client(), composed).await, LoggedIn::Done, "from now on in both forms");
}
