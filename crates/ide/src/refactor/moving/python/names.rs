//! Names that Python has everywhere, and the modules that come with it. Never does: know a version.

/// Whether a name needs no import (<https://docs.python.org/3/library/functions.html>, <https://docs.python.org/3/library/exceptions.html>).
pub(super) fn is_builtin(name: &str) -> bool {
    BUILTINS.split(' ').any(|it| it == name)
}

/// Whether a module is of the standard library (<https://docs.python.org/3/py-modindex.html>).
pub(super) fn is_standard(module: &str) -> bool {
    STANDARD.split(' ').any(|it| it == module)
}

/// What asks for the module that code stands in.
pub(super) const OWN: [&str; 11] = [
    "__name__",
    "__file__",
    "__package__",
    "__path__",
    "__spec__",
    "__doc__",
    "__loader__",
    "globals",
    "eval",
    "exec",
    "__builtins__",
];

const BUILTINS: &str = "ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError \
BrokenPipeError BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError \
ConnectionResetError DeprecationWarning EOFError Ellipsis EncodingWarning EnvironmentError Exception ExceptionGroup False \
FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError ImportError ImportWarning \
IndentationError IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError \
ModuleNotFoundError NameError None NotADirectoryError NotImplemented NotImplementedError OSError OverflowError \
PendingDeprecationWarning PermissionError ProcessLookupError RecursionError ReferenceError ResourceWarning RuntimeError \
RuntimeWarning StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError True \
TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning UserWarning \
ValueError Warning ZeroDivisionError __build_class__ __debug__ __import__ __class__ abs aiter all anext any ascii bin bool \
breakpoint bytearray bytes callable chr classmethod compile complex copyright credits delattr dict dir divmod enumerate exit \
filter float format frozenset getattr hasattr hash help hex id input int isinstance issubclass iter len license list locals map \
max memoryview min next object oct open ord pow print property quit range repr reversed round set setattr slice sorted \
staticmethod str sum super tuple type vars zip __module__ __qualname__";

const STANDARD: &str = "__future__ abc argparse array ast asyncio atexit base64 bdb binascii bisect builtins bz2 calendar cgi \
cmath cmd code codecs codeop collections colorsys compileall concurrent configparser contextlib contextvars copy copyreg \
cProfile csv ctypes curses dataclasses datetime dbm decimal difflib dis doctest email encodings ensurepip enum errno \
faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc getopt getpass gettext glob graphlib grp gzip hashlib \
heapq hmac html http imaplib imp importlib inspect io ipaddress itertools json keyword lib2to3 linecache locale logging lzma \
mailbox marshal math mimetypes mmap modulefinder msvcrt multiprocessing netrc nntplib numbers operator optparse os pathlib pdb \
pickle pickletools pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc queue \
quopri random re readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site \
smtplib socket socketserver sqlite3 ssl stat statistics string stringprep struct subprocess symtable sys sysconfig syslog \
tabnanny tarfile telnetlib tempfile termios test textwrap threading time timeit tkinter token tokenize tomllib trace traceback \
tracemalloc tty turtle types typing unicodedata unittest urllib uuid venv warnings wave weakref webbrowser winreg winsound \
wsgiref xml xmlrpc zipapp zipfile zipimport zlib zoneinfo";
