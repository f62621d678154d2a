//! A command → what it cost, as the kernel counted it.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};

/// What a process took.
pub struct Cost {
    pub wall: Duration,
    /// User and system, of all its threads.
    pub cpu: Duration,
    pub peak_kib: u64,
}

/// Runs a command to its end. A process of its own ([`run`]) waits for it: the kernel tells the peak of the largest child so
/// far, and counts in it what its parent held when it was started, which must therefore be small.
pub fn measure(command: &mut Command) -> Cost {
    let mut wrapped = Command::new(std::env::current_exe().expect("this program"));
    wrapped.arg("cost").arg(command.get_program()).args(command.get_args());
    let output = wrapped.stderr(Stdio::inherit()).output().expect("the child starts");
    assert!(output.status.success(), "{command:?} ended with {}", output.status);
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<u64> = text.split_whitespace().map(|number| number.parse().expect("a number")).collect();
    let [wall, cpu, peak_kib] = numbers[..] else { panic!("three numbers, not {text}") };
    Cost { wall: Duration::from_micros(wall), cpu: Duration::from_micros(cpu), peak_kib }
}

/// The waiting process: runs the command and prints microseconds of wall and CPU time, and the peak in KiB.
pub fn run(command: &[String]) {
    let began = Instant::now();
    let status =
        Command::new(&command[0]).args(&command[1..]).stdout(Stdio::null()).status().expect("the child starts");
    let wall = began.elapsed();
    assert!(status.success(), "{command:?} ended with {status}");
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("the kernel tells");
    let micros = |time: nix::sys::time::TimeVal| time.tv_sec() * 1_000_000 + time.tv_usec();
    println!("{} {} {}", wall.as_micros(), micros(usage.user_time()) + micros(usage.system_time()), usage.max_rss());
}
