"""How people write reasons in messages: the word lists and patterns that choose pairs. Never does: read a history."""

import re

# Say nothing by themselves: an answer may use them freely.
FUNCTION_WORDS = set(
    """a an the of to in is for and or if with that this these those from by on as be been being it its are was
    were not at into onto which can could will would should may might must we i you they he she them their our
    your my us when where while who whom whose so do does did done has have had than then there here but no nor
    any all some such also only just because since otherwise after before over under out up down off via per
    about between through during without within each both either neither more most less other own same too very
    now yet still again don't doesn't didn't isn't aren't wasn't won't can't instead rather due make makes made
    use uses used using""".split()
)
# How a subject begins that says what was done.
DEEDS = set(
    """add adjust allow always apply assert avoid backport block build bypass cache call canonicalize change
    check clarify clean clear close collapse collect compile compute consider convert copy count create
    deduplicate default defer define delay delete deprecate derive detect disable disallow do document don't
    downgrade drop emit enable encode enforce ensure escape exclude expand export expose extend extract factor
    fall filter fix flush forbid force free generalize generate give guard handle hide honor ignore implement
    improve include inherit initialize inline insert install introduce invalidate keep let limit link load lock
    look log lower make mark match merge migrate move name never normalize omit only open optimize output parse
    pass permit pin port prefer preserve prevent print process prohibit propagate provide pull put quote raise
    read recognize record reduce refactor refer refuse register reject relax release remove rename reorder
    replace report require reset resolve respect restore restrict retry return reuse rework rewrite run save
    scope send separate set shorten show silence simplify skip sort speed split start stop store strip support
    suppress switch synchronize tag take teach test tolerate track treat trim try turn unify update upgrade use
    validate verify wait warn work wrap write""".split()
)
# Introduce a cause or a purpose. "Otherwise" only where it begins a clause.
STRONG_REASONS = (
    r"because|so that|in order to|to avoid|to prevent|to ensure|to make sure|due to|"
    r"(?:(?<=[,;] )|(?<=\bor )|(?<=\bas ))otherwise"
)
REASON = re.compile(
    rf"(?:\b|(?<=\W))({STRONG_REASONS}|previously|since|allows?|causes?|leads? to|results? in|without this)\b", re.I
)
# The clause that says why: up to the end of the sentence or of its part.
CLAUSE = re.compile(rf"({STRONG_REASONS})\s.+?(?=[.;:]*$|[;:] |, (?:which|and|but|so|as|i\.e|e\.g)\b)", re.I)
# Clauses about something that was named before they begin.
VAGUE = re.compile(
    r"(?i)(because|because of|so that|due to|otherwise) "
    r"(it|this|that|they|these|those|there|we|i|he|its|their|then|some)\b"
)
# A sentence that says what the whole change is for.
PURPOSE = re.compile(
    rf"^This (?:(?:is|was|change is|patch is) (?:done |needed |necessary |useful )?(?P<clause>(?:{STRONG_REASONS})\s.+)"
    r"|(?:change |commit |patch |also )?(?P<effect>"
    r"(?:avoids|prevents|ensures|allows|enables|lets|reduces|makes|simplifies|improves|saves)\s.+))\.$"
)
# What a sentence opens with that adds nothing to it.
LINK = re.compile(
    r"^(?:However|Additionally|Also|Moreover|Furthermore|Thus|Hence|So|But|And|Instead|Therefore|Now),?\s+"
)
# How a sentence opens that hangs on the one before it, or says little of a change.
VAGUE_OPENING = re.compile(
    r"(?i)("
    r"this|that|it|they|these|those|he|she|there|in this|in that|in the same|here|we|i|let|see|not|do it|do so|if|"
    r"when|before|after|only|both|once|while|sorry|note|as|another|were|was|would|is|the result|the reason|one|"
    r"strictly|in practice|for (?:example|now)|unfortunately|"
    r"the (?:fix|problem|issue|error|former|latter|other|same|first|second|resulting|purpose|idea|whole point|current)|"
    r"most|many|some|perhaps|maybe|since|an earlier|step|to be fair|in some|in the worst|however|"
    r"(?:\w+ ){1,2}(?:it|them|they|one)"
    r")\b|\("
)
POINTS_BACK = re.compile(
    r"(?i)\b("
    r"let's|i|i'm|i've|i'd|such|"
    r"(?:this|that) (?:is|was|commit|patch|change|has|will|would|case|code|one|method|means|way)|"
    r"(?:these|those)\s\w+|at all|above|below|the (?:former|latter|following|other)|tests?|testcases?|"
    r"doing (?:so|this|that|it)|does so|do so|do this|like this|this"
    r")\b"
)
NO_DEED = re.compile(
    r"(?i)(merge|revert|bump|release|version|update changelog|wip|fixup|squash|prepare|typo|v?\d)"
)
TRAILER = re.compile(
    r"^\s*(?:[A-Z][A-Za-z]+(?:-[A-Za-z]+)+|Fixes|Closes|Refs?|Resolves|Link|See|cc|Cc|CC|Bug|Acked|Reported|Helped|"
    r"Noticed)\s*[:#].*$"
)
# Lists, quotations, code, and what a tool put in.
NOT_PROSE = re.compile(r"^(?: {3}|\t)|^\s*(?:[*\-+>|$=#]|\d+[.)]\s|https?:|r\?|\(cherry|commit [0-9a-f]{7})")
# Not behind an abbreviation.
SENTENCE_END = re.compile(r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)(?<!etc\.)(?<!cf\.)(?<!vs\.)\s+(?=[A-Z`\"(\[])")
