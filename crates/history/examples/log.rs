use backstory_history::*;
use backstory_store::Store;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;
fn cpu() -> f64 {
    let s = std::fs::read_to_string("/proc/self/stat").unwrap();
    let f: Vec<&str> = s.rsplit(')').next().unwrap().split_whitespace().collect();
    (f[11].parse::<f64>().unwrap() + f[12].parse::<f64>().unwrap()) / 100.0
}
fn rss() -> String {
    let s = std::fs::read_to_string("/proc/self/status").unwrap();
    s.lines().filter(|l| l.starts_with("VmRSS") || l.starts_with("VmHWM")).collect::<Vec<_>>().join(" ")
}
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let cache = std::env::args().nth(2).unwrap();
    let go = AtomicBool::new(false);
    let r = Repository::discover(Path::new(&path))
        .unwrap()
        .unwrap()
        .with_store(Store::open(Path::new(&cache)).unwrap());
    let head = r.head().unwrap().commit.unwrap();
    let t = Instant::now();
    let out = index_changes(&r, &head, NonZeroUsize::new(2).unwrap(), &go, &|c| {
        if c.read % 1024 == 0 {
            eprintln!("{c:?} {:?}", t.elapsed())
        }
    })
    .unwrap();
    println!("{out:?} {:?} cpu {:.1} {}", t.elapsed(), cpu(), rss());
    drop(r);
    let r = Repository::discover(Path::new(&path))
        .unwrap()
        .unwrap()
        .with_store(Store::open(Path::new(&cache)).unwrap());
    println!("before log: {}", rss());
    let t = Instant::now();
    let log = ChangeLog::read(&r, &head, None, &go).unwrap();
    println!(
        "log {:?} {} commits {} symbols {} files missing {} {}",
        t.elapsed(),
        log.commits().len(),
        log.symbol_count(),
        log.file_count(),
        log.missing(),
        rss()
    );
    let now = log.newest();
    let t = Instant::now();
    let mut worst = (std::time::Duration::ZERO, 0);
    let mut n = 0;
    for s in 0..log.symbol_count() as u32 {
        if !log.place(LogSymbol(s)).1 {
            continue;
        }
        let t = Instant::now();
        let c = log.companions(LogSymbol(s), &Bounds::default(), now);
        worst = worst.max((t.elapsed(), c.len()));
        n += 1;
    }
    println!("companions of {n}: {:?}, worst {worst:?}", t.elapsed());
    let t = Instant::now();
    let risks = log.risks();
    println!("risks {} {:?}", risks.len(), t.elapsed());
    for risk in risks.iter().take(8) {
        let (p, _) = log.place(risk.symbol);
        println!(
            "{} {} repairs {} reverts {} recent {}",
            p.path,
            p.key,
            risk.repairs.len(),
            risk.reverts.len(),
            risk.recent
        );
        for c in log.companions(risk.symbol, &Bounds::default(), now).iter().take(4) {
            let (p, _) = log.place(c.symbol);
            println!("      {} {} {}/{} {:.3}", p.path, p.key, c.together, c.of, c.weight);
        }
    }
}
