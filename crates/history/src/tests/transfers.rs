//! Symbols that come back, and code that goes from one symbol to another.

use backstory_fixture::Fixture;
use expect_test::expect;

use super::render;

const SEND: &str = "def send(request):
    adapter = find_adapter(request)
    response = adapter.send(request)
    response.elapsed = clock() - started
    return response
";

#[test]
fn deleted_and_brought_back() {
    let fixture = Fixture::new(&format!(
        r#"
//@ commit "Introduce"
//- /a.py
{SEND}
def other():
    pass
//@ commit "Delete"
//- /a.py
def other():
    pass
//@ commit "Something else"
//- /a.py
def other():
    return 1
//@ commit "Bring it back"
//- /a.py
{SEND}
def other():
    return 1
"#
    ));
    expect![[r#"
        {4} reintroduced +5 -0 a.py function send
        {2} deleted +0 -5 a.py function send
        {1} introduced +5 -0 a.py function send
    "#]]
    .assert_eq(&render(&fixture, "a.py", "function send"));
}

#[test]
fn brought_back_with_its_file_and_edited() {
    let fixture = Fixture::new(&format!(
        r#"
//@ commit "Introduce"
//- /a.py
{SEND}
//@ commit "Delete the file"
//@ rm /a.py
//- /b.txt
Nothing.
//@ commit "Bring it back, edited"
//- /a.py
{SEND}    # done
"#
    ));
    expect![[r#"
        {3} reintroduced+docs +6 -0 a.py function send
        {2} deleted +0 -5 a.py function send
        {1} introduced +5 -0 a.py function send
    "#]]
    .assert_eq(&render(&fixture, "a.py", "function send"));
}

#[test]
fn another_one_of_the_same_name_is_new() {
    let fixture = Fixture::new(&format!(
        r#"
//@ commit "Introduce"
//- /a.py
{SEND}
//@ commit "Delete"
//- /a.py
x = 1
//@ commit "Something else by that name"
//- /a.py
def send(letters):
    for letter in letters:
        print(letter.address, letter.text)
"#
    ));
    expect![[r#"
        {3} introduced +3 -0 a.py function send
    "#]]
    .assert_eq(&render(&fixture, "a.py", "function send"));
}

#[test]
fn brought_back_in_a_shallow_clone() {
    let fixture = Fixture::new(&format!(
        "//@ commit \"1\"\n//- /a.py\n{SEND}\n//@ commit \"2\"\n//- /a.py\nx = 1\n//@ commit \"3\"\n//- /a.py\n{SEND}\n"
    ));
    let clone = fixture.beside("clone");
    let (from, to) = (format!("file://{}", fixture.path().display()), clone.display().to_string());
    fixture.git(&["clone", "-q", "--depth", "2", &from, &to]);
    let lineage = super::history(&super::open(&clone), "a.py", "function send");
    expect![[r#"
        {3} introduced +5 -0 a.py function send
    "#]]
    .assert_eq(&fixture.anonymize(&super::render_lineage(&lineage)));
}

#[test]
fn extracted() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /src/lib.rs
impl Pool {
    fn spawn(&self, task: Task) -> Handle {
        let queue = self.shared.lock().unwrap();
        let length = queue.tasks.len() + queue.blocking.len();
        let limit = self.limits.queued_tasks;
        assert!(length < limit);
        queue.push(task)
    }
}
//@ commit "Extract"
//- /src/lib.rs
impl Pool {
    fn spawn(&self, task: Task) -> Handle {
        let queue = self.shared.lock().unwrap();
        self.check(&queue);
        queue.push(task)
    }

    fn check(&self, queue: &Queue) {
        let length = queue.tasks.len() + queue.blocking.len();
        let limit = self.limits.queued_tasks;
        assert!(length < limit);
    }
}
"#,
    );
    expect![[r#"
        {2} introduced+extracted +5 -0 src/lib.rs method Pool.check (src/lib.rs method Pool.spawn)
    "#]]
    .assert_eq(&render(&fixture, "src/lib.rs", "method Pool.check"));
    expect![[r#"
        {2} body +1 -3 src/lib.rs method Pool.spawn
        {1} introduced +7 -0 src/lib.rs method Pool.spawn
    "#]]
    .assert_eq(&render(&fixture, "src/lib.rs", "method Pool.spawn"));
}

#[test]
fn extracted_into_another_file() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /pool.py
def spawn(pool, task):
    length = len(pool.tasks) + len(pool.blocking)
    limit = pool.limits.queued_tasks
    if length >= limit:
        raise PoolFull(limit)
    return pool.push(task)
//@ commit "Extract"
//- /pool.py
from limits import check

def spawn(pool, task):
    check(pool)
    return pool.push(task)
//- /limits.py
def check(pool):
    length = len(pool.tasks) + len(pool.blocking)
    limit = pool.limits.queued_tasks
    if length >= limit:
        raise PoolFull(limit)
"#,
    );
    expect![[r#"
        {2} introduced+extracted +5 -0 limits.py function check (pool.py function spawn)
    "#]]
    .assert_eq(&render(&fixture, "limits.py", "function check"));
}

#[test]
fn absorbed() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /pool.py
def spawn(pool, task):
    check(pool)
    return pool.push(task)

def check(pool):
    length = len(pool.tasks) + len(pool.blocking)
    limit = pool.limits.queued_tasks
    if length >= limit:
        raise PoolFull(limit)
//@ commit "Inline"
//- /pool.py
def spawn(pool, task):
    length = len(pool.tasks) + len(pool.blocking)
    limit = pool.limits.queued_tasks
    if length >= limit:
        raise PoolFull(limit)
    return pool.push(task)
"#,
    );
    expect![[r#"
        {2} body+absorbed +4 -1 pool.py function spawn (pool.py function check)
        {1} introduced +3 -0 pool.py function spawn
    "#]]
    .assert_eq(&render(&fixture, "pool.py", "function spawn"));
}

/// A short method that was rewritten besides: alone it would not be found.
#[test]
fn members_follow_their_class_to_another_file() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /store.py
class Session:
    def flush(self, *obj):
        self.uow.flush(self, *obj)

    def refresh(self, *obj):
        """Reloads the attributes of some objects from the database."""
        for one in obj:
            self.uow.refresh(one, self.connection, deep=True)

    def begin(self):
        transaction = Transaction(self.connection, nested=self.nesting)
        self.transactions.append(transaction)
        return transaction

def keep():
    return Session()
//@ commit "Move the class"
//- /store.py
from session import Session

def keep():
    return Session()
//- /session.py
class Session:
    def flush(self, objects=None):
        self.work.flush_all(objects, echo=self.echo)

    def refresh(self, *obj):
        """Reloads the attributes of some objects from the database."""
        for one in obj:
            self.uow.refresh(one, self.connection, deep=True)

    def begin(self):
        transaction = Transaction(self.connection, nested=self.nesting)
        self.transactions.append(transaction)
        return transaction
"#,
    );
    expect![[r#"
        {2} body+signature+move +2 -2 session.py method Session.flush <- store.py method Session.flush
        {1} introduced +2 -0 store.py method Session.flush
    "#]]
    .assert_eq(&render(&fixture, "session.py", "method Session.flush"));
}
