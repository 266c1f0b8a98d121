package lint

// OpenWords, ClosedWords and OpenWhole are for the test of the documentation.
var OpenWords, ClosedWords, OpenWhole = openWords, closedWords, openWhole

// Answers and SameTxn are two ways to the same question.
var Answers, SameTxn = answers, sameTxn
