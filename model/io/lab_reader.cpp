#include "model/io/lab_file.h"

#include "model/io/described.h"
#include "model/io/lab_places.h"
#include "model/io/texts.h"
#include "model/lab/lab_keys.h"

namespace model::io {

namespace {

/// readVersion sees whether the file is a lab and a newer one, before anything else is said of it.
void readVersion(Reading& reading, const YamlNode& root) {
    asMap(root, Texts::tr("a lab"));
    const auto* version = value(root, "packetarium");
    if (!version) {
        const lab::KeyWords& words = std::get<0>(lab::Keys<lab::Lab>::kKeys);
        fail(root, spoken(words.none), spoken(words.remedy));
    }
    const auto number = asWhole(*version, Texts::tr("The version of the format"), 1, 1'000'000);
    reading.newer = number > std::uint64_t(kFormatVersion);
    if (reading.newer)
        reading.warn(*version,
                     Texts::tr("This lab was made by a newer version of Packetarium (format %1, this one knows %2).")
                         .arg(number)
                         .arg(kFormatVersion),
                     Texts::tr("It opens read-only, and things that this version does not know are left out."));
}

} // namespace

bool readLab(const QByteArray& bytes, const QString& file, ReadLab* result, Problem* problem) {
    const QByteArray text = bytes.startsWith("\xef\xbb\xbf") ? bytes.mid(3) : bytes;
    *problem = Problem{};
    problem->file = file;
    YamlNode root;
    if (!parseYaml(text, &root, problem)) return false;
    ReadLab read;
    LabPlaces places{read.lab, {}, {}};
    Reading reading{text, file, read.warnings};
    reading.places = &places;
    try {
        readVersion(reading, root);
        GroupIo<lab::Lab>::read(reading, root, read.lab);
        read.newer = reading.newer;
    } catch (const ReadError& error) {
        problem->message = error.message;
        problem->hint = error.hint;
        if (reading.newer)
            problem->hint = Texts::tr("The file was made by a newer version of Packetarium; that version can read it.");
        setPlace(*problem, text, error.offset);
        return false;
    }
    *result = std::move(read);
    return true;
}

bool readValue(const lab::Lab& lab, const lab::Node* node, const QString& text,
               const std::function<void(Reading&, const YamlNode&)>& read, Problem* problem) {
    const QByteArray bytes = text.toUtf8();
    *problem = Problem{};
    YamlNode yaml;
    if (!parseYaml(bytes, &yaml, problem)) return false;
    std::vector<Problem> warnings;
    LabPlaces places{lab, {}, {}};
    for (std::size_t i = 0; i < lab.nodes.size(); ++i)
        places.nodes.insert(lab.nodes[i].name, i);
    Reading reading{bytes, {}, warnings};
    reading.node = node;
    reading.places = &places;
    try {
        read(reading, yaml);
    } catch (const ReadError& error) {
        problem->message = error.message;
        problem->hint = error.hint;
        setPlace(*problem, bytes, error.offset);
        return false;
    }
    return true;
}

} // namespace model::io
