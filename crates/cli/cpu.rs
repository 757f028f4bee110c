//! Refuses to start on a processor that lacks what the program was built for, before anything can end in an illegal
//! instruction. Never does: choose code paths.

/// Checks for AVX2 where this build assumes it. The processor is asked directly: in such a build the standard library's
/// detection is folded into the constant `true`.
#[cfg(all(target_arch = "x86_64", target_feature = "avx2"))]
pub fn check() -> Result<(), &'static str> {
    use std::arch::x86_64::{__cpuid, __cpuid_count, _xgetbv};

    const OSXSAVE: u32 = 1 << 27;
    const FMA: u32 = 1 << 12;
    const AVX2: u32 = 1 << 5;
    const XMM_AND_YMM: u64 = 0b110;

    let features = __cpuid(1).ecx;
    let extended = if __cpuid(0).eax >= 7 { __cpuid_count(7, 0).ebx } else { 0 };
    let supported = features & (OSXSAVE | FMA) == OSXSAVE | FMA && extended & AVX2 != 0;
    // SAFETY: the processor and the operating system have XGETBV when OSXSAVE is set, which is looked at first.
    if supported && unsafe { _xgetbv(0) } & XMM_AND_YMM == XMM_AND_YMM {
        return Ok(());
    }
    Err("this build of backstory needs a processor with AVX2 and FMA; build it on this machine with \
         RUSTFLAGS='-C target-cpu=native' cargo build --release")
}

#[cfg(not(all(target_arch = "x86_64", target_feature = "avx2")))]
#[expect(clippy::unnecessary_wraps, reason = "the other variant can fail")]
pub fn check() -> Result<(), &'static str> {
    Ok(())
}
