//! Two servers on one repository and one cache, and a restart from a warm one. Never does: time anything.

use backstory_fixture::Fixture;

use crate::answers::STORY;
use crate::client::Client;

const THREADS: &str = "src/threads.rs";

/// Everything that one server says, in order.
fn all(client: &mut Client) -> String {
    client.open(THREADS);
    let explained = client.explain(THREADS, "spawn").unwrap();
    [client.hover_on(THREADS, "spawn"), client.lens_text(THREADS), explained["markdown"].to_string()]
        .join("\n")
}

#[test]
fn a_restart_from_a_warm_cache_says_the_same() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::new(&fixture);
    let first = all(&mut client);
    // What an explanation leaves behind for later hovers is there from the second time on.
    let again = all(&mut client);
    assert_eq!(client.exit(), 0);
    assert!(std::fs::read_dir(fixture.beside("cache")).unwrap().count() > 0, "something is remembered");
    let mut client = Client::new(&fixture);
    let warm = all(&mut client);
    assert!(warm == first || warm == again, "cold:\n{again}\nwarm:\n{warm}");
    assert_eq!(client.exit(), 0);
}

#[test]
fn two_servers_at_once() {
    let fixture = Fixture::new(STORY);
    let answers: Vec<String> = std::thread::scope(|scope| {
        let serve = || {
            let mut client = Client::new(&fixture);
            let text = all(&mut client);
            assert_eq!(client.exit(), 0);
            text
        };
        let running: Vec<_> = (0..2).map(|_| scope.spawn(serve)).collect();
        running.into_iter().map(|it| it.join().unwrap()).collect()
    });
    assert_eq!(answers[0], answers[1]);
}

#[test]
fn a_killed_server_leaves_a_cache_that_works() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::new(&fixture);
    let text = all(&mut client);
    drop(client);
    let mut client = Client::new(&fixture);
    assert_eq!(all(&mut client).lines().next(), text.lines().next());
}
