// The lab as one JSON object: the keys of the lab file, and for each node what the file leaves to the defaults:
// "cards" (name, MAC, MTU and addresses of each interface, lo aside), "forwarding", "nat", "dns-server", "web-server".
#include "model/export/format.h"
#include "model/io/lab_value.h"
#include "model/network/network_builder.h"
#include "sim/devices/device.h"
#include "sim/devices/tables.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace model::exports {

namespace {

using io::Value;

QJsonValue json(const Value& value) {
    if (value.longForm) return json(*value.longForm);
    if (value.type == Value::Type::Map) {
        QJsonObject map;
        for (std::size_t i = 0; i < value.items.size(); ++i)
            map[value.keys[i]] = json(value.items[i]);
        return map;
    }
    if (value.type == Value::Type::Sequence) {
        QJsonArray list;
        for (const Value& item : value.items)
            list.append(json(item));
        return list;
    }
    if (value.style != Value::Text::Literal) return value.text;
    if (value.text == QLatin1String("true") || value.text == QLatin1String("false"))
        return value.text == QLatin1String("true");
    bool isNumber = false;
    const double number = value.text.toDouble(&isNumber);
    return isNumber ? QJsonValue(number) : QJsonValue(value.text);
}

void writeJson(const Subject& subject, const Sink& sink) {
    QJsonObject lab = json(io::labValue(subject.lab)).toObject();
    QJsonObject nodes = lab["nodes"].toObject();
    QJsonArray order;
    // As it begins: a moment of a run has addresses that the lab has not.
    const auto network = network::build(subject.lab, 0).network;
    for (std::uint32_t i = 0; i < network.deviceCount(); ++i) {
        const sim::kernel::DeviceId id{i};
        const QString name = QString::fromStdString(network.deviceName(id));
        const auto* node = subject.lab.node(name);
        if (!node) continue;
        QJsonObject object = nodes[name].toObject();
        QJsonArray cards;
        for (const auto& row : sim::devices::interfaceTable(network, id)) {
            if (row.name == "lo") continue;
            QJsonArray addresses;
            for (const auto& a : row.addresses)
                addresses.append(QString::fromStdString(a.toString()));
            cards.append(QJsonObject{{"addresses", addresses},
                                     {"mac", QString::fromStdString(row.mac.toString())},
                                     {"mtu", row.mtu},
                                     {"name", QString::fromStdString(row.name)}});
        }
        object["cards"] = cards;
        object["forwarding"] = network.device(id).system.forwarding;
        if (node->nat) object["nat"] = QJsonObject{{"outside", node->nat->outside}};
        if (node->dnsServer && !object.contains("dns-server")) object["dns-server"] = QJsonObject();
        if (node->webServer && !object.contains("web-server")) object["web-server"] = QJsonObject();
        nodes[name] = object;
        order.append(name);
    }
    lab["nodes"] = nodes;
    lab["order"] = order; // a JSON object has none
    sink(QJsonDocument(lab).toJson(QJsonDocument::Indented));
}

} // namespace

const Format kLabAsJson = {
    .id = "json",
    .ending = "json",
    .title = QT_TRANSLATE_NOOP("export", "&Lab as JSON"),
    .about = QT_TRANSLATE_NOOP("export", "one JSON object: the keys of the file, and what it leaves to the defaults"),
    .ofMoment = false,
    .write = writeJson,
};

} // namespace model::exports
