#include "model/io/yaml_guard.h"

#include "model/io/texts.h"
#include "model/io/yaml_tree.h"

#include <cstring>

namespace model::io {

namespace {

/// sequenceLength is the length of the UTF-8 sequence at p (RFC 3629), or 0 when there is none.
std::size_t sequenceLength(const unsigned char* p, std::size_t left) {
    const unsigned char c = p[0];
    if (c < 0x80) return 1;
    const std::size_t n = c >= 0xc2 && c <= 0xdf ? 2 : (c & 0xf0) == 0xe0 ? 3 : c >= 0xf0 && c <= 0xf4 ? 4 : 0;
    if (n == 0 || n > left) return 0;
    for (std::size_t i = 1; i < n; ++i)
        if ((p[i] & 0xc0) != 0x80) return 0;
    if ((c == 0xe0 && p[1] < 0xa0) || (c == 0xed && p[1] > 0x9f) || (c == 0xf0 && p[1] < 0x90) ||
        (c == 0xf4 && p[1] > 0x8f))
        return 0;
    return n;
}

} // namespace

bool guardText(const QByteArray& text, Problem* problem, std::size_t* offset) {
    const auto refuse = [&](std::size_t at, const QString& message, const QString& hint) {
        problem->message = message;
        problem->hint = hint;
        *offset = at;
        return false;
    };
    const auto* p = reinterpret_cast<const unsigned char*>(text.constData());
    const std::size_t size = std::size_t(text.size());
    if (size > kMaxFileBytes)
        return refuse(0, Texts::tr("The file is larger than 16 MB."),
                      Texts::tr("A lab file is a few kilobytes of text; is this the right file?"));
    const QString tooMuch = Texts::tr("The file holds more than a lab can.");
    const QString tooMuchHint =
        Texts::tr("There is a bound of %1 lines, brackets, quotes, commas and colons.").arg(kMaxMarks);
    std::size_t marks = 0;
    bool indenting = true, blank = true;
    for (std::size_t i = 0; i < size;) {
        const unsigned char c = p[i];
        if (c >= 0x80) {
            const std::size_t n = sequenceLength(p + i, size - i);
            if (n == 0)
                return refuse(i, Texts::tr("This is not UTF-8 text."),
                              Texts::tr("Save the file as UTF-8; a lab file is plain text."));
            // A byte order mark is one at the beginning; elsewhere it is a letter that nobody sees.
            if (i > 0 && n == 3 && c == 0xef && p[i + 1] == 0xbb && p[i + 2] == 0xbf)
                return refuse(i,
                              Texts::tr("An invisible character (a byte order mark) stands in the middle of the text."),
                              Texts::tr("Delete it; an editor shows it when you ask for hidden characters."));
            i += n;
            indenting = blank = false;
            continue;
        }
        if (c == '\n') {
            if (!indenting && ++marks > kMaxMarks) return refuse(i, tooMuch, tooMuchHint);
            indenting = true;
        } else if (c == '\r') {
            if (i + 1 >= size || p[i + 1] != '\n')
                return refuse(i, Texts::tr("A line ends in a way that only very old systems use."),
                              Texts::tr("Save the file with LF or CRLF line ends."));
        } else if (c == '\t') {
            if (indenting) {
                // A line of white space alone does no harm.
                std::size_t j = i;
                while (j < size && (p[j] == '\t' || p[j] == ' ' || p[j] == '\r'))
                    ++j;
                if (j < size && p[j] != '\n')
                    return refuse(i, Texts::tr("A tab stands where only spaces may indent."),
                                  Texts::tr("Replace the tab by spaces."));
            }
        } else if (c < 0x20 || c == 0x7f) {
            return refuse(i, Texts::tr("This is a binary file, or a text with control characters."),
                          Texts::tr("A lab file is plain text; is this the right file?"));
        } else if (c != ' ') {
            indenting = blank = false;
            if (std::strchr("[]{},\"':#?&*!", c) != nullptr && ++marks > kMaxMarks)
                return refuse(i, tooMuch, tooMuchHint);
        }
        ++i;
    }
    if (blank)
        return refuse(0, Texts::tr("The file is empty."), Texts::tr("A lab file begins with \"packetarium: 1\"."));
    return true;
}

} // namespace model::io
