//! The program, the processor, the `git` beside us and the limits of the operating system. Never does: look at the repository.

use std::fs;
use std::process::Command;
use std::thread::available_parallelism;

use super::{Check, Topic};

/// How the processor's wide arithmetic and this build go together.
#[derive(Clone, Copy, Debug)]
enum Arithmetic {
    /// AVX2, and the build uses it.
    Used,
    /// The processor has AVX2, the build does not use it.
    Unused,
    /// The processor has no AVX2.
    Lacking,
    /// Another kind of processor, or no engine for models in this build.
    Irrelevant,
}

pub fn program() -> Check {
    let version = env!("CARGO_PKG_VERSION");
    let engine = if cfg!(feature = "local-model") { "with" } else { "without" };
    Check::ok(Topic::Program, format!("Backstory {version}, built {engine} the engine for language models"))
}

pub fn processor() -> Check {
    of_processor(available_parallelism().map_or(1, usize::from), arithmetic())
}

fn of_processor(cores: usize, arithmetic: Arithmetic) -> Check {
    let cores = format!("{cores} {}", if cores == 1 { "core" } else { "cores" });
    match arithmetic {
        Arithmetic::Used => Check::ok(Topic::Processor, format!("{cores}, with AVX2")),
        Arithmetic::Irrelevant => Check::ok(Topic::Processor, cores),
        Arithmetic::Unused => Check::warning(
            Topic::Processor,
            format!("{cores}, with AVX2 which this build does not use: models are several times slower"),
        )
        .advise("build it again here with RUSTFLAGS='-C target-cpu=native' cargo build --release"),
        Arithmetic::Lacking => Check::warning(
            Topic::Processor,
            format!("{cores}, without AVX2: models are several times slower"),
        )
        .advise("where that takes too long, set model.enable = false"),
    }
}

/// What the build uses was settled when it was made; only the engine for models cares.
fn arithmetic() -> Arithmetic {
    #[cfg(target_arch = "x86_64")]
    if cfg!(feature = "local-model") {
        return match (cfg!(target_feature = "avx2"), is_x86_feature_detected!("avx2")) {
            (true, _) => Arithmetic::Used,
            (false, true) => Arithmetic::Unused,
            (false, false) => Arithmetic::Lacking,
        };
    }
    Arithmetic::Irrelevant
}

pub fn git() -> Check {
    let output = Command::new("git").arg("--version").output().ok().filter(|output| output.status.success());
    let finding = match output {
        Some(output) => {
            let version = String::from_utf8_lossy(&output.stdout);
            format!("{}; Backstory reads repositories itself", version.trim())
        }
        None => "no git program found; Backstory reads repositories itself and needs none".to_owned(),
    };
    Check::ok(Topic::Git, finding)
}

/// How many directories a user's programs may watch at once; `None` where there is no such limit.
pub fn watch_limit() -> Option<usize> {
    fs::read_to_string("/proc/sys/fs/inotify/max_user_watches").ok()?.trim().parse().ok()
}

/// Whether the language server can watch so many directories and leave as many to other programs.
pub fn watching(directories: usize, limit: usize) -> Check {
    if directories.saturating_mul(2) <= limit {
        return Check::ok(Topic::Watching, format!("{directories} directories, of at most {limit}"));
    }
    let enough = directories.saturating_mul(4).next_power_of_two().max(1 << 19);
    Check::warning(
        Topic::Watching,
        format!(
            "{directories} directories, where this system lets all your programs together watch {limit}: the \
             language server may miss changes made outside the editor"
        ),
    )
    .advise(format!(
        "raise the limit with `sudo sysctl fs.inotify.max_user_watches={enough}`; the same line (without sudo \
         sysctl) in a file in /etc/sysctl.d makes it last"
    ))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Arithmetic, of_processor, watching};
    use crate::doctor::Check;

    fn render(checks: &[Check]) -> String {
        checks
            .iter()
            .map(|check| {
                let advice = check.advice.as_ref().map_or_else(String::new, |advice| format!("  {advice}\n"));
                format!("{}: {}\n{advice}", check.state.as_str(), check.finding)
            })
            .collect()
    }

    #[test]
    fn processors() {
        let checks = [
            of_processor(8, Arithmetic::Used),
            of_processor(1, Arithmetic::Unused),
            of_processor(2, Arithmetic::Lacking),
            of_processor(2, Arithmetic::Irrelevant),
        ];
        expect![[r#"
            ok: 8 cores, with AVX2
            warning: 1 core, with AVX2 which this build does not use: models are several times slower
              build it again here with RUSTFLAGS='-C target-cpu=native' cargo build --release
            warning: 2 cores, without AVX2: models are several times slower
              where that takes too long, set model.enable = false
            ok: 2 cores
        "#]]
        .assert_eq(&render(&checks));
    }

    #[test]
    fn limits_of_watching() {
        let checks = [watching(4096, 8192), watching(4097, 8192), watching(1_000_000, 1_048_576)];
        expect![[r#"
            ok: 4096 directories, of at most 8192
            warning: 4097 directories, where this system lets all your programs together watch 8192: the language server may miss changes made outside the editor
              raise the limit with `sudo sysctl fs.inotify.max_user_watches=524288`; the same line (without sudo sysctl) in a file in /etc/sysctl.d makes it last
            warning: 1000000 directories, where this system lets all your programs together watch 1048576: the language server may miss changes made outside the editor
              raise the limit with `sudo sysctl fs.inotify.max_user_watches=4194304`; the same line (without sudo sysctl) in a file in /etc/sysctl.d makes it last
        "#]].assert_eq(&render(&checks));
    }
}
