//! The address of a model endpoint as its user writes it, and whether that is this machine. Never looks a name up: what is
//! this machine must be plain from the text alone.

use std::fmt;
use std::net::IpAddr;

use reqwest::Url;

use crate::error::Error;

/// Where an endpoint's API begins, such as `http://localhost:8080/v1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(Url);

impl Address {
    /// Reads an address of HTTP or HTTPS. One without a path gets `/v1`, where servers have the API; any other path stays.
    ///
    /// # Errors
    /// [`Error::EndpointAddress`] for what is no such address, and for one with a user name, a password, a query or a
    /// fragment: addresses are shown in answers.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let no_address =
            |reason: &str| Error::EndpointAddress { text: super::printable(text), reason: reason.to_owned() };
        let mut url = Url::parse(text.trim()).map_err(|error| no_address(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(no_address("it must begin with http:// or https://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            // The text holds a secret, so it is not repeated.
            return Err(Error::EndpointAddress {
                text: "an address with a user name or a password".to_owned(),
                reason: "a key belongs into an environment variable that `endpoint_key` names".to_owned(),
            });
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(no_address("it must end with its path"));
        }
        if url.host_str().is_some_and(|host| matches!(host, "0.0.0.0" | "[::]")) {
            return Err(no_address("servers listen there; it is asked as localhost"));
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(if path.is_empty() { "/v1" } else { &path });
        Ok(Self(url))
    }

    /// The host is `localhost` or an address that never leaves this machine (127.0.0.0/8, `::1`).
    pub fn is_loopback(&self) -> bool {
        let host = self.host();
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
    }

    /// A name, or an IP address without brackets.
    pub(super) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']')
    }

    pub(super) fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or(80)
    }

    pub(super) fn is_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The address of one of the API's resources, `chat/completions` for example.
    pub(super) fn of(&self, resource: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}/{resource}", self.0.path()));
        url
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn addresses_as_people_write_them() {
        let written = [
            "http://localhost:11434",
            "http://localhost:8080/v1/",
            " HTTP://LocalHost:1/ ",
            "http://127.9.9.9",
            "http://127.1:80/api",
            "http://[::1]:8000/v1",
            "http://[::ffff:127.0.0.1]",
            "http://0.0.0.0:8000",
            "http://192.168.1.2",
            "https://models.example.org/team/v1",
            "http://localhost.example.org",
            "http://127.0.0.1.example.org",
            "localhost:8080",
            "/v1",
            "",
            "http://",
            "ftp://localhost",
            "http://me:secret@localhost",
            "http://localhost/v1?key=secret",
            "http://localhost/\u{1b}[31m#x",
        ];
        let line = |text: &str| match Address::parse(text) {
            Ok(address) if address.is_loopback() => format!("{} (this machine)\n", address.of("models")),
            Ok(address) => format!("{} (elsewhere)\n", address.of("models")),
            Err(error) => format!("{error}\n"),
        };
        expect![[r#"
            http://localhost:11434/v1/models (this machine)
            http://localhost:8080/v1/models (this machine)
            http://localhost:1/v1/models (this machine)
            http://127.9.9.9/v1/models (this machine)
            http://127.0.0.1/api/models (this machine)
            http://[::1]:8000/v1/models (this machine)
            http://[::ffff:7f00:1]/v1/models (this machine)
            http://0.0.0.0:8000 cannot be the address of a model endpoint (servers listen there; it is asked as localhost): write it like http://localhost:8080/v1
            http://192.168.1.2/v1/models (elsewhere)
            https://models.example.org/team/v1/models (elsewhere)
            http://localhost.example.org/v1/models (elsewhere)
            http://127.0.0.1.example.org/v1/models (elsewhere)
            localhost:8080 cannot be the address of a model endpoint (it must begin with http:// or https://): write it like http://localhost:8080/v1
            /v1 cannot be the address of a model endpoint (relative URL without a base): write it like http://localhost:8080/v1
             cannot be the address of a model endpoint (relative URL without a base): write it like http://localhost:8080/v1
            http:// cannot be the address of a model endpoint (empty host): write it like http://localhost:8080/v1
            ftp://localhost cannot be the address of a model endpoint (it must begin with http:// or https://): write it like http://localhost:8080/v1
            an address with a user name or a password cannot be the address of a model endpoint (a key belongs into an environment variable that `endpoint_key` names): write it like http://localhost:8080/v1
            http://localhost/v1?key=secret cannot be the address of a model endpoint (it must end with its path): write it like http://localhost:8080/v1
            http://localhost/\u{1b}[31m#x cannot be the address of a model endpoint (it must end with its path): write it like http://localhost:8080/v1
        "#]].assert_eq(&written.map(line).concat());
    }
}
