//! Refuses to start on a processor that lacks what the program was built for, before anything can end in an illegal
//! instruction. Never does: choose code paths.

/// Checks for AVX2 where this build assumes it. The processor is asked directly: in such a build the standard library's
/// detection is folded into the constant `true`.
#[cfg(all(target_arch = "x86_64", target_feature = "avx2"))]
pub fn check() -> Result<(), &'static str> {
    x86::verdict(x86::registers())
}

#[cfg(not(all(target_arch = "x86_64", target_feature = "avx2")))]
#[expect(clippy::unnecessary_wraps, reason = "the other variant can fail")]
pub fn check() -> Result<(), &'static str> {
    Ok(())
}

/// What the processor and the operating system say of themselves (Intel's Software Developer's Manual, volume 1, section
/// 14.7.1, "Detection of Intel AVX2").
#[cfg(all(target_arch = "x86_64", target_feature = "avx2"))]
mod x86 {
    use std::arch::x86_64::{__cpuid, __cpuid_count, _xgetbv};

    const FMA: u32 = 1 << 12;
    const OSXSAVE: u32 = 1 << 27;
    const AVX2: u32 = 1 << 5;
    const XMM_AND_YMM: u64 = 0b110;

    #[derive(Clone, Copy)]
    pub struct Registers {
        /// ECX of CPUID leaf 1.
        features: u32,
        /// EBX of CPUID leaf 7, where there is such a leaf.
        extended: u32,
        /// The register states that the operating system saves (XCR0); 0 where it cannot be asked.
        saved: u64,
    }

    pub fn registers() -> Registers {
        let features = __cpuid(1).ecx;
        let extended = if __cpuid(0).eax >= 7 { __cpuid_count(7, 0).ebx } else { 0 };
        // SAFETY: the processor and the operating system have XGETBV when OSXSAVE is set, which is looked at first.
        let saved = if features & OSXSAVE != 0 { unsafe { _xgetbv(0) } } else { 0 };
        Registers { features, extended, saved }
    }

    pub fn verdict(registers: Registers) -> Result<(), &'static str> {
        let Registers { features, extended, saved } = registers;
        let supported = features & (OSXSAVE | FMA) == OSXSAVE | FMA && extended & AVX2 != 0;
        if supported && saved & XMM_AND_YMM == XMM_AND_YMM {
            return Ok(());
        }
        Err(
            "this build of backstory needs a processor with AVX2 and FMA; take the release archive whose name ends with \
             `baseline`, or build it on this machine with RUSTFLAGS='-C target-cpu=native' cargo build --release",
        )
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn each_part_is_needed() {
            let whole = Registers { features: FMA | OSXSAVE, extended: AVX2, saved: XMM_AND_YMM };
            assert_eq!(verdict(whole), Ok(()));
            let lacking = [
                Registers { features: OSXSAVE, ..whole },
                Registers { features: FMA, ..whole },
                Registers { extended: !AVX2, ..whole },
                Registers { saved: 0b011, ..whole },
                Registers { features: 0, extended: 0, saved: 0 },
            ];
            for registers in lacking {
                let message = verdict(registers).unwrap_err();
                assert!(message.contains("needs a processor with AVX2"), "{message}");
                assert!(message.contains("cargo build --release"), "{message}");
            }
        }

        #[test]
        fn this_machine_runs_the_program() {
            assert_eq!(verdict(registers()), Ok(()));
        }
    }
}
