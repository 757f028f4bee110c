//! An HTTP server on this machine that answers each connection by a script, in whole bytes. Never looks at what it is
//! asked; it keeps it.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What a server does on a connection once it has read the request. After the last act it closes the connection.
#[derive(Clone)]
pub enum Act {
    Send(Vec<u8>),
    /// Sends the same again and again, with a pause after each, until the client goes.
    Repeat(Vec<u8>, Duration),
    /// Says nothing until the client goes.
    Hang,
}

/// A stream of server-sent events, with its headers.
pub fn stream(events: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n\r\n{events}").into_bytes()
}

/// A JSON answer, with its headers.
pub fn json(status: u16, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}")
        .into_bytes()
}

pub struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
    hanging: Receiver<()>,
    goodbyes: Receiver<()>,
    stopped: Arc<AtomicBool>,
}

impl Server {
    /// Plays the first script on the first connection and so on; the last one also on all later ones.
    pub fn start(scripts: Vec<Vec<Act>>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (requests, stopped) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (hanging, is_hanging) = channel();
        let (goodbye, goodbyes) = channel();
        let (kept, stop) = (Arc::clone(&requests), Arc::clone(&stopped));
        thread::spawn(move || {
            for (index, connection) in listener.incoming().enumerate() {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let script = scripts.get(index).or(scripts.last()).cloned().unwrap_or_default();
                serve(connection.unwrap(), &script, &kept, &hanging, &goodbye);
            }
        });
        Self { address, requests, hanging: is_hanging, goodbyes, stopped }
    }

    pub fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The requests so far: the first line, the headers in alphabetical order, the body.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// Nothing listens at its address from here on.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        // The thread waits for a connection, and closes its socket after this one.
        drop(TcpStream::connect(self.address));
        while TcpStream::connect(self.address).is_ok() {
            thread::sleep(Duration::from_millis(5));
        }
    }

    pub fn wait_until_hanging(&self) {
        self.hanging.recv().unwrap();
    }

    /// Waits until a client has closed its connection.
    pub fn wait_for_goodbye(&self, limit: Duration) -> Result<(), RecvTimeoutError> {
        self.goodbyes.recv_timeout(limit)
    }
}

fn serve(
    connection: TcpStream,
    script: &[Act],
    requests: &Mutex<Vec<String>>,
    hanging: &Sender<()>,
    goodbye: &Sender<()>,
) {
    let mut reader = BufReader::new(connection);
    let Some(request) = read_request(&mut reader) else { return };
    requests.lock().unwrap().push(request);
    for act in script {
        match act {
            Act::Send(bytes) => {
                // A client may have seen enough and gone.
                let _ = reader.get_mut().write_all(bytes).and_then(|()| reader.get_mut().flush());
            }
            Act::Repeat(bytes, pause) => {
                while reader.get_mut().write_all(bytes).is_ok() {
                    thread::sleep(*pause);
                }
            }
            Act::Hang => {
                let _ = hanging.send(());
                wait_for_end(&mut reader);
                let _ = goodbye.send(());
            }
        }
    }
}

fn wait_for_end(reader: &mut impl Read) {
    loop {
        match reader.read(&mut [0; 64]) {
            Ok(0) => return,
            Err(error) if error.kind() != ErrorKind::Interrupted => return,
            _ => {}
        }
    }
}

fn read_request(reader: &mut impl BufRead) -> Option<String> {
    let (mut first, mut headers, mut length) = (String::new(), Vec::new(), 0);
    reader.read_line(&mut first).ok().filter(|&read| read > 0)?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().ok()?;
        }
        headers.push(format!("{line}\n"));
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    headers.sort();
    Some(format!("{}\n{}{}", first.trim_end(), headers.concat(), String::from_utf8_lossy(&body)))
}
