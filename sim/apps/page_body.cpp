#include "sim/apps/page_body.h"

#include "sim/apps/page_images.h"

#include <algorithm>
#include <cctype>

namespace sim::apps {

namespace {

enum class Kind : std::uint8_t { Other, Text, Html, Css, Script, Json, Xml, Svg, Png, Gif, Jpeg, Icon, Pdf };

Kind kindOf(std::string_view type) {
    type = type.substr(0, type.find(';'));
    while (!type.empty() && (type.back() == ' ' || type.back() == '\t'))
        type.remove_suffix(1);
    std::string name(type);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    static constexpr std::pair<const char*, Kind> kKinds[] = {
        {"text/html", Kind::Html},
        {"text/css", Kind::Css},
        {"text/javascript", Kind::Script},
        {"application/javascript", Kind::Script},
        {"application/x-javascript", Kind::Script},
        {"application/json", Kind::Json},
        {"text/json", Kind::Json},
        {"application/xml", Kind::Xml},
        {"text/xml", Kind::Xml},
        {"image/svg+xml", Kind::Svg},
        {"image/png", Kind::Png},
        {"image/gif", Kind::Gif},
        {"image/jpeg", Kind::Jpeg},
        {"image/jpg", Kind::Jpeg},
        {"image/x-icon", Kind::Icon},
        {"image/vnd.microsoft.icon", Kind::Icon},
        {"application/pdf", Kind::Pdf},
    };
    for (const auto& [known, kind] : kKinds)
        if (name == known) return kind;
    if (name.ends_with("+json")) return Kind::Json;
    if (name.ends_with("+xml")) return Kind::Xml;
    return name.starts_with("text/") ? Kind::Text : Kind::Other;
}

const std::string kLine = "The quick brown fox jumps over the lazy dog again and again.";

std::string blank(std::uint64_t size) { return size ? std::string(size - 1, ' ') + '\n' : std::string(); }

/// lines takes units between head and end, and fills what is left with white space.
PageBody lines(std::string head, std::string unit, const std::string& end, std::uint64_t size) {
    PageBody body{std::move(head), std::move(unit), {}};
    const auto room = size - body.head.size() - end.size();
    body.count = room / body.unit.size();
    body.tail = blank(room % body.unit.size()) + end;
    return body;
}

PageBody textBody(std::uint64_t size) {
    PageBody body{{}, kLine + '\n', {}};
    body.count = size / body.unit.size();
    if (const auto left = size % body.unit.size()) body.tail = kLine.substr(0, left - 1) + '\n';
    return body;
}

PageBody markupBody(const std::string& least, const std::string& close, std::string head, std::string unit,
                    const std::string& end, std::uint64_t size) {
    if (size < head.size() + end.size())
        return {least + std::string(size - least.size() - close.size(), ' ') + close, {}, {}};
    return lines(std::move(head), std::move(unit), end, size);
}

const std::string kLeastHtml = "<!doctype html><title>Page</title>";
const std::string kLeastSvg = "<svg xmlns=\"http://www.w3.org/2000/svg\"", kLeastXml = "<page", kEmpty = "/>";

PageBody htmlBody(std::uint64_t size) {
    return markupBody(
        kLeastHtml, {},
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>Page</title></head>\n<body>\n",
        "<p>" + kLine + "</p>\n", "</body>\n</html>\n", size);
}

PageBody svgBody(std::uint64_t size) {
    return markupBody(kLeastSvg, kEmpty, kLeastSvg + " viewBox=\"0 0 100 100\">\n",
                      "<rect x=\"10\" y=\"10\" width=\"80\" height=\"80\" fill=\"#0072b2\"/>\n", "</svg>\n", size);
}

PageBody xmlBody(std::uint64_t size) {
    return markupBody(kLeastXml, kEmpty, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<page>\n",
                      "<line>" + kLine + "</line>\n", "</page>\n", size);
}

PageBody jsonBody(std::uint64_t size) {
    const std::string head = "[\n", end = "\"\n]\n";
    if (size == 1) return {"0", {}, {}};
    if (size < head.size() + 1 + end.size()) return {'"' + std::string(size - 2, 'x') + '"', {}, {}};
    PageBody body{head, '"' + kLine + "\",\n", {}};
    const auto room = size - head.size() - 1 - end.size();
    body.count = room / body.unit.size();
    body.tail = '"' + std::string(room % body.unit.size(), 'x') + end;
    return body;
}

PageBody scriptBody(std::uint64_t size) {
    PageBody body{{}, "// " + kLine + '\n', {}};
    body.count = size / body.unit.size();
    const auto left = size % body.unit.size();
    body.tail = left < 3 ? blank(left) : "//" + std::string(left - 3, 'x') + '\n';
    return body;
}

PageBody cssBody(std::uint64_t size) {
    PageBody body{{}, ".quick { color: #0072b2; background: #ffffff; }\n", {}};
    body.count = size / body.unit.size();
    const auto left = size % body.unit.size();
    body.tail = left < 5 ? blank(left) : "/*" + std::string(left - 5, 'x') + "*/\n";
    return body;
}

/// pdfTail is the table of where the objects are, and where itself is (ISO 32000-1 7.5.4, 7.5.5).
std::string pdfTail(const std::string& head, std::uint64_t size) {
    std::string table = "xref\n0 4\n0000000000 65535 f \n";
    for (const char* object : {"1 0 obj", "2 0 obj", "3 0 obj"}) {
        const std::string at = std::to_string(head.find(object));
        table += std::string(10 - at.size(), '0') + at + " 00000 n \n";
    }
    table += "trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n";
    const std::string end = "\n%%EOF\n";
    // Its own length is part of where it begins; a leading zero where no number of digits fits.
    for (std::size_t digits = 1;; ++digits) {
        const std::string at = std::to_string(size - table.size() - digits - end.size());
        if (at.size() <= digits) return table + std::string(digits - at.size(), '0') + at + end;
    }
}

const std::string kPdfHead = "%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
                             "1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
                             "2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
                             "3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>\nendobj\n";
constexpr std::uint64_t kSmallestPdf = 340; // the tail's digits included

PageBody pdfBody(std::uint64_t size) {
    PageBody body{kPdfHead, "% " + kLine + '\n', {}};
    const std::string end = pdfTail(kPdfHead, size);
    const auto room = size - kPdfHead.size() - end.size();
    body.count = room / body.unit.size();
    const auto left = room % body.unit.size();
    body.tail = (left < 2 ? blank(left) : '%' + std::string(left - 2, 'x') + '\n') + end;
    return body;
}

std::uint64_t smallest(Kind kind) {
    switch (kind) {
    case Kind::Html: return kLeastHtml.size();
    case Kind::Svg: return kLeastSvg.size() + kEmpty.size();
    case Kind::Xml: return kLeastXml.size() + kEmpty.size();
    case Kind::Png: return kSmallestPng;
    case Kind::Gif: return kSmallestGif;
    case Kind::Jpeg: return kSmallestJpeg;
    case Kind::Icon: return kIconHead + kSmallestPng;
    case Kind::Pdf: return kSmallestPdf;
    case Kind::Other:
    case Kind::Text:
    case Kind::Css:
    case Kind::Script:
    case Kind::Json: break;
    }
    return 1;
}

constexpr std::uint64_t kMostPicture = 4'000'000'000; // a GIF has at most 65,535 rows, an icon 32 bits for its size

} // namespace

void PageBody::append(std::string& out, std::uint64_t at, std::size_t length) const {
    const auto take = [&](std::string_view part, std::uint64_t from) {
        const auto n = std::min<std::uint64_t>(length, part.size() - from);
        out.append(part.substr(std::size_t(from), std::size_t(n)));
        at += n;
        length -= std::size_t(n);
    };
    const std::uint64_t units = count * unit.size();
    if (at < head.size()) take(head, at);
    while (length > 0 && at >= head.size() && at - head.size() < units)
        take(unit, (at - head.size()) % unit.size());
    if (length > 0 && at >= head.size() + units && at < size()) take(tail, at - head.size() - units);
}

PageBody pageBody(std::string_view type, std::uint64_t size) {
    Kind kind = kindOf(type);
    if (size < smallest(kind)) kind = Kind::Text;
    if (size > kMostPicture && (kind == Kind::Gif || kind == Kind::Jpeg || kind == Kind::Icon)) kind = Kind::Text;
    switch (kind) {
    case Kind::Html: return htmlBody(size);
    case Kind::Css: return cssBody(size);
    case Kind::Script: return scriptBody(size);
    case Kind::Json: return jsonBody(size);
    case Kind::Xml: return xmlBody(size);
    case Kind::Svg: return svgBody(size);
    case Kind::Png: return pngBody(size);
    case Kind::Gif: return gifBody(size);
    case Kind::Jpeg: return jpegBody(size);
    case Kind::Icon: return iconBody(size);
    case Kind::Pdf: return pdfBody(size);
    case Kind::Other:
    case Kind::Text: break;
    }
    return textBody(size);
}

std::uint64_t smallestBody(std::string_view type) { return smallest(kindOf(type)); }

} // namespace sim::apps
