//! Pure rules: what a log-in name and a password must be, and how secrets are hashed.

use crate::error::Problems;
use crate::{Error, Reason, Result};
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use sha2::{Digest, Sha256};
use std::net::IpAddr;

/// Fewest characters of a password (NIST SP 800-63B asks for 8 with a second factor; there is none yet).
pub const SHORTEST_PASSWORD: usize = 10;
/// Most characters of a password.
pub const LONGEST_PASSWORD: usize = 200;
/// Failed log-ins after which a name must wait.
pub(super) const FAILURES_BEFORE_WAIT: i64 = 8;
/// Failed log-ins after which an address must wait: an office of many people may share one.
pub(super) const FAILURES_OF_ADDRESS: i64 = 50;
/// Length of the window in which they are counted, and so of the wait, in seconds.
pub(super) const WINDOW_SECONDS: i64 = 15 * 60;
/// A session ends this long after the last request, in seconds.
pub(super) const IDLE_SECONDS: i64 = 8 * 3600;
/// A session ends this long after log-in whatever happens, in seconds.
pub(super) const SESSION_SECONDS: i64 = 24 * 3600;

/// The address by which failures are counted, where a request came over the network. Of IPv6 one
/// subscriber has a whole /64 (RFC 6177), so that counts as one.
pub(super) fn address_of(origin: &str) -> Option<String> {
    match origin.parse::<IpAddr>().ok()?.to_canonical() {
        IpAddr::V4(address) => Some(address.to_string()),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Some(format!("{a:x}:{b:x}:{c:x}:{d:x}::/64"))
        }
    }
}

pub(super) fn check_login(login: &str) -> Result<()> {
    let mut problems = Problems::default();
    let length = login.chars().count();
    problems.check(!(3..=100).contains(&length), "login", Reason::new("identity-error-login-length"));
    let plain = login.chars().all(|c| c.is_ascii_alphanumeric() || ".-_@".contains(c));
    problems.check(!plain, "login", Reason::new("identity-error-login-letters"));
    problems.settle()
}

pub(super) fn check_password(login: &str, password: &str) -> Result<()> {
    let mut problems = Problems::default();
    let length = password.chars().count();
    problems.check(
        length < SHORTEST_PASSWORD,
        "password",
        Reason::new("identity-error-password-short").with("least", SHORTEST_PASSWORD),
    );
    problems.check(
        length > LONGEST_PASSWORD,
        "password",
        Reason::new("identity-error-password-long").with("most", LONGEST_PASSWORD),
    );
    let folded = password.to_lowercase();
    let first = folded.chars().next();
    let guessable = folded.contains(&login.to_lowercase()) || folded.chars().all(|c| Some(c) == first);
    problems.check(
        length >= SHORTEST_PASSWORD && guessable,
        "password",
        Reason::new("identity-error-password-guessable"),
    );
    problems.settle()
}

pub(super) fn check_token(name: &str, days: i64) -> Result<()> {
    let mut problems = Problems::default();
    problems.check(
        !(1..=100).contains(&name.trim().chars().count()),
        "name",
        Reason::new("identity-error-token-name"),
    );
    problems.check(!(1..=730).contains(&days), "days", Reason::new("identity-error-token-days"));
    problems.settle()
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(|e| broken(&e))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn broken(error: &dyn std::fmt::Display) -> Error {
    Error::Internal(format!("argon2: {error}"))
}

pub(super) fn hash(password: &str, salt: &[u8; 16]) -> Result<String> {
    let hash: PasswordHash =
        argon2()?.hash_password_with_salt(password.as_bytes(), salt).map_err(|e| broken(&e))?;
    Ok(hash.to_string())
}

pub(super) fn verify(password: &str, hash: &str) -> bool {
    let (Ok(parsed), Ok(argon2)) = (PasswordHash::new(hash), argon2()) else { return false };
    argon2.verify_password(password.as_bytes(), &parsed).is_ok()
}

/// SHA-256 of a secret of 256 random bits, in hexadecimal: such secrets need no slow hash.
pub(super) fn digest(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_password_is_found_again_and_only_it() {
        let made = hash("Sông Lam xanh 57", &[7; 16]).unwrap();
        assert!(made.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{made}");
        assert!(verify("Sông Lam xanh 57", &made));
        assert!(!verify("Sông Lam xanh 58", &made));
        assert!(!verify("Sông Lam xanh 57", "not a hash"));
    }

    #[test]
    fn weak_passwords_are_refused_with_the_reason() {
        for (login, password, key) in [
            ("lan", "ngắn", "identity-error-password-short"),
            ("nguyen.lan", "Nguyen.Lan2026", "identity-error-password-guessable"),
            ("lan", "aaaaaaaaaaaa", "identity-error-password-guessable"),
        ] {
            let Err(Error::Invalid(problems)) = check_password(login, password) else {
                panic!("{password} was taken")
            };
            assert_eq!(problems[0].reason.key, key);
        }
        assert!(check_password("lan", "một câu dài dễ nhớ").is_ok());
    }

    #[test]
    fn a_login_is_plain_letters() {
        assert!(check_login("tran.van-a_1@donvi").is_ok());
        assert!(check_login("trần").is_err());
        assert!(check_login("ab").is_err());
    }
}
